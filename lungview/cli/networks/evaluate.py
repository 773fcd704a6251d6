"""`lungview evaluate`: what a model is worth on labelled pictures, as the program itself would answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli import scheduler
from lungview.cli.plain import plain
from lungview.model.card import FINDINGS, MALIGNANCY
from lungview.model.registry import Entry

if TYPE_CHECKING:
    from lungview.batch.carriers.spread import Spread
    from lungview.errors import LungViewError

NAME = "evaluate"
PARTS = ("train", "valid", "test", "all")


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="measure a model on labelled pictures")
    command.add_argument("--model", required=True, metavar="ID")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="DIR", help="class folders or a CSV")
    what.add_argument("--boxes", type=Path, metavar="DIR", help="DICOM slices with boxes: pointing game")
    command.add_argument("--split", type=Path, metavar="FILE", help="a CSV that says the parts")
    command.add_argument("--part", choices=PARTS, default="", help="default: test where there is one")
    command.add_argument(
        "--trained",
        type=Path,
        metavar="FILE",
        help="the split that trained it: counts its pictures among these",
    )
    command.add_argument("--robust", action="store_true", help="also under other windows, crops and borders")
    command.add_argument(
        "--unsuitable",
        type=Path,
        metavar="DIR",
        help="pictures that the gate should refuse",
    )
    command.add_argument("--plots", type=Path, metavar="DIR", help="write the curves as PNG")
    command.add_argument("--draws", type=int, default=1000, help="bootstrap draws of the intervals")
    scheduler.add(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0, or 3 when some pictures had no answer."""
    from lungview.model import registry
    from lungview.network import runtime

    entry = registry.find(args.model)
    if entry.card.task not in _OF_TASK:
        runtime.require_classifier(entry.card)
    measure = _point if args.boxes is not None else _classifier
    with scheduler.spread(args, entry) as spread:
        return _OF_TASK.get(entry.card.task, measure)(entry, args, spread)


def _classifier(entry: Entry, args: argparse.Namespace, spread: Spread) -> int:
    from lungview.training.gate import refusals as gate
    from lungview.training.measure import evaluate, nodules

    pictures = evaluate.labelled(args.data, entry.card, args.split, args.part)
    found = evaluate.answers(entry, pictures, on_progress=_progress("answers"), spread=spread)
    result = evaluate.figures(entry.card, pictures, found, args.draws)
    result |= nodules.per_nodule(pictures, found, entry.card, args.draws)
    result |= evaluate.copies(entry.card, pictures, found, args.data, args.trained or args.split)
    if args.robust:
        result |= evaluate.robustness(entry, pictures, result["accuracy"], _progress("changed"), spread)
    lost: tuple[LungViewError, ...] = ()
    if args.unsuitable is not None:
        refused, lost = gate.unsuitable(entry, args.unsuitable, spread)
        result |= refused
    if args.plots is not None:
        from lungview.training.measure import plots

        plots.write(result, entry.card, pictures, found, args.plots)
    print(json.dumps(result) if args.json else "\n".join(_sentences(result)))
    return _name([*(f"{path}: {reason}" for path, reason in found.errors), *lost])


def _judge(entry: Entry, args: argparse.Namespace, spread: Spread) -> int:
    """A judge of outlined nodules, on boxes in HU with masks and ratings."""
    from lungview.errors import InputError
    from lungview.nodules import judge
    from lungview.training.malignancy import evaluate, vois
    from lungview.training.measure.evaluate import rounded

    if args.data is None:
        raise InputError(f"{entry.card.id} is measured on --data DIR with {vois.INDEX} and {vois.BOXES}")
    found, lost = evaluate.measured(
        judge.load(entry), args.data, args.part, args.draws, _progress("nodules"), spread
    )
    result = {"model": entry.card.id, **rounded(found)}
    lines = [
        f"{entry.card.id}: {result['n']} nodules of {result['patients']} patients",
        *with_intervals(result),
    ]
    print(json.dumps(result) if args.json else "\n".join(lines))
    return _name(lost)


def _findings(entry: Entry, args: argparse.Namespace, spread: Spread) -> int:
    """The figures as indented JSON, or with --json on one line: they are too many for sentences."""
    from lungview.errors import InputError
    from lungview.training.findings.measuring.evaluate import evaluate

    if args.data is None:
        raise InputError(f"{entry.card.id} is measured on --data DIR with ct, no-cancer and others")
    result, lost = evaluate(args.data, entry, lambda kind, done, of: _progress(kind)(done, of), spread)
    print(json.dumps(result, indent=None if args.json else 1))
    return _name(lost)


def _point(entry: Entry, args: argparse.Namespace, spread: Spread) -> int:
    from lungview.training.measure import pointing

    result, lost = pointing.play(entry, args.boxes, spread)
    if args.json:
        print(json.dumps(result))
    else:
        print(
            f"{result['model']}: the peak of the heat map lies in the tumour's box in {result['hits']} of "
            f"{result['n']} slices (by chance {result['chance']:.0%}); {result['cancer']} called malignant"
        )
    return _name(lost)


_OF_TASK = {MALIGNANCY: _judge, FINDINGS: _findings}


def _name(failures: Sequence[object]) -> int:
    """A line on stderr for each; the exit code."""
    for failure in failures:
        print(plain(f"lungview: {failure}"), file=sys.stderr)
    return 3 if failures else 0


def _progress(what: str) -> Any:
    def tell(done: int, count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{what} {done}/{count}", end="\n" if done == count else "", file=sys.stderr, flush=True)

    return tell


def with_intervals(figures: dict[str, Any]) -> list[str]:
    """A line for each figure that has an interval."""
    wide = max((len(name) for name in figures["ci95"]), default=0)
    return [
        f"  {name:{wide}} {figures[name]:.3f}  ({low:.3f} to {high:.3f})"
        for name, (low, high) in figures["ci95"].items()
        if figures[name] is not None
    ]


def of_nodules(result: dict[str, Any]) -> list[str]:
    """The lines of the figures by nodule; none where the data names no nodules."""
    found = result.get("per_nodule")
    if found is None:
        return []
    known = f"{found['n_diameter_known']} of known diameter"
    return [f"  by nodule: {found['n']} nodules, {known}", *with_intervals(found)]


def _sentences(result: dict[str, Any]) -> list[str]:
    lines = [f"{result['model']}: {result['n']} pictures in {result['groups']} groups"]
    lines += with_intervals(result)
    mean, low, high = result["ece_if_calibrated"]
    lines.append(f"  ece of answers calibrated perfectly {mean:.3f}  ({low:.3f} to {high:.3f})")
    for key, c in result["per_class"].items():
        lines.append(
            f"  {key}: precision {c['precision']:.3f}, recall {c['recall']:.3f}, {c['n']:.0f} pictures"
        )
    lines += of_nodules(result)
    lines.append(f"  refused {result['refused']:.1%}, uncertain {result['uncertain']['share']:.1%}")
    if result.get("training_copies"):
        lines.append(f"  {result['training_copies']['n']} of them were training pictures")
    if "unsuitable" in result:
        lines.append(
            f"  of {result['unsuitable']['n']} unsuitable {result['unsuitable']['refused']:.1%} refused"
        )
    if "rewindowed" in result:
        lines.append(f"  in other windows {result['rewindowed']['mean']:.3f}")
        lines.append(f"  in other frames {result['reframed']['mean']:.3f}")
    return lines
