"""`lungview selftest`: prove on this machine, frozen or not, that the parts work; `CHECKS` lists them."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from tempfile import TemporaryDirectory
from typing import Any

from lungview.cli.checks.decoding import decoding
from lungview.cli.checks.models import models
from lungview.cli.checks.reports import reports
from lungview.cli.checks.result import Result
from lungview.cli.checks.window import window
from lungview.cli.exit_codes import COULD_NOT, OK
from lungview.errors import LungViewError

NAME = "selftest"

# A check yields its results; add one here, and nothing else.
CHECKS: tuple[Callable[[], Iterator[Result]], ...] = (decoding, models, reports, window)


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="check that this installation works")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every check's result; 0 when all hold, else 1."""

    failed = 0
    with TemporaryDirectory(prefix="lungview-", ignore_cleanup_errors=True) as home:
        os.environ["LUNGVIEW_HOME"] = (
            home  # the user's settings and study notes are none of a test's business
        )
        for check in CHECKS:
            for result in _guarded(check):
                failed += not result.ok
                _show(result, args.json)
    return COULD_NOT if failed else OK


def _guarded(check: Callable[[], Iterator[Result]]) -> Iterator[Result]:
    """The check's results; an error is one too, so that the others still run."""
    try:
        yield from check()
    except LungViewError as error:
        yield Result(check.__name__, False, str(error))
    except Exception as error:
        yield Result(check.__name__, False, f"{type(error).__name__}: {error}")


def _show(result: Result, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(result)), flush=True)
    else:
        print(f"{'ok    ' if result.ok else 'FAILED'} {result.check}: {result.detail}", flush=True)
