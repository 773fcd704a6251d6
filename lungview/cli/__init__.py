"""The command line: one subcommand a file, each with `add(subparsers)`; stable, users script it.

Importing this package loads no Qt, TensorFlow, matplotlib or highdicom: subcommands import what they
need when they run.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from lungview import __version__
from lungview.cli import view
from lungview.cli.exit_codes import COULD_NOT
from lungview.cli.plain import plain
from lungview.errors import LungViewError

NAMES = (
    "view",
    "inspect",
    "classify",
    "findings",
    "batch",
    "report",
    "serve",
    "models",
    "selftest",
    "evaluate",
    "train",
    "data",
    "demo",
    "anonymise",
    "pacs",
    "node",
)


def commands() -> tuple[ModuleType, ...]:
    """Every subcommand's module, in the order of NAMES.

    Imported here and not above: they bring NumPy, which a window on its way to the screen must not wait for.
    """
    from lungview.cli import demo, selftest, serve
    from lungview.cli.archives import node, pacs
    from lungview.cli.networks import data, evaluate, models, train
    from lungview.cli.studies import anonymise, batch, classify, findings, inspect, report

    first = (view, inspect, classify, findings, batch, report, serve)
    return (*first, models, selftest, evaluate, train, data, demo, anonymise, pacs, node)


def parser(modules: Sequence[ModuleType]) -> argparse.ArgumentParser:
    """The command line; each subcommand sets `run`, a function of the parsed arguments → exit code."""
    top = argparse.ArgumentParser(prog="lungview", description="Lung CT viewer. Research use only.")
    top.add_argument("--version", action="version", version=f"lungview {__version__}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND")
    for command in modules:
        command.add(subparsers)
    return top


def _with_default_command(arguments: Sequence[str]) -> list[str]:
    """`lungview PATH…` is `lungview view PATH…`."""
    if arguments and (arguments[0] in NAMES or arguments[0] in ("-h", "--help", "--version")):
        return list(arguments)
    return ["view", *arguments]


def _with_places(arguments: list[str]) -> list[str]:
    """`--at -1,2,3` as `--at=-1,2,3`: argparse takes what begins with a dash for an option."""
    given: list[str] = []
    for argument in arguments:
        if given and given[-1] in ("--at", "--box") and argument.startswith("-") and "," in argument:
            given[-1] += f"={argument}"
        else:
            given.append(argument)
    return given


def _print_any_name() -> None:
    """Escape what the terminal's encoding has no letter for, such as a file name that is no UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 could not, 2 usage, 3 done but some files failed."""
    _print_any_name()
    given = _with_places(_with_default_command(sys.argv[1:] if arguments is None else arguments))
    args = parser((view,) if given[0] == view.NAME else commands()).parse_args(given)
    try:
        return int(args.run(args))
    except LungViewError as error:
        hint = f" ({error.hint})" if error.hint else ""
        print(plain(f"lungview: {error}{hint}"), file=sys.stderr)
        return COULD_NOT
    except KeyboardInterrupt:
        return COULD_NOT
    except BrokenPipeError:  # `lungview … | head`: nobody reads on, and Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
