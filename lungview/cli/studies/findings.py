"""`lungview findings PATH…`: what may be a nodule in each CT series, or at a place that a reader names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Generator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli import scheduler
from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.errors import LungViewError, ReadError, WorkerDied

if TYPE_CHECKING:
    from lungview.batch.carriers.spread import Spread
    from lungview.model.registry import Entry
    from lungview.nodules.second_reader.subjects import Named, Subject

NAME = "findings"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="find, outline and measure nodules in CT series")
    command.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    command.add_argument("--model", metavar="ID", help="a findings model of `lungview models list`")
    place = command.add_mutually_exclusive_group()
    place.add_argument("--at", metavar="X,Y,Z", type=partial(_numbers, 3), help="a place in the patient, mm")
    place.add_argument(
        "--box", metavar="X0,Y0,X1,Y1", type=partial(_numbers, 4), help="a box, in pixels of the slice"
    )
    command.add_argument(
        "--slice",
        metavar="N",
        type=int,
        help="the box's slice, from 0 in the series' order (head first unless the settings say otherwise): "
        "one less than the number that the window shows",
    )
    scheduler.add(command)
    command.add_argument(
        "--json", action="store_true", help="one JSON object a line; slices are counted from 0 there"
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line a series. Returns 0 done, 1 when nothing was answered, 3 when some files failed."""
    from lungview.cli.studies.inspect import complain
    from lungview.nodules.second_reader import second_look
    from lungview.report.findings.tables import text

    model = None if args.at or args.box else _model(args.model)
    models = second_look.models_of(model)
    done = failed = 0
    with scheduler.spread(args, *models) as spread, closing(lines(args, model, spread)) as found:
        for line in found:
            bad = "error" in line
            failed, done = failed + bad, done + (not bad)
            if bad:
                complain(line)
            if args.json or not bad:
                print(json.dumps(line) if args.json else text(line), flush=True)
    if not done and not failed:
        raise ReadError("there is no image to look at", args.paths[0])
    if not failed:
        return OK
    return SOME_FAILED if done else COULD_NOT


def lines(args: argparse.Namespace, model: Entry | None, spread: Spread) -> Generator[dict[str, Any]]:
    """The JSON object of every series, of every picture that is in none, and of what could not be read."""
    from lungview.cli.studies import slice_order
    from lungview.cli.studies.inspect import failure
    from lungview.nodules.second_reader.subjects import Named, subjects
    from lungview.sources.files.scan import scan

    named = Named(args.at, args.box, args.slice)
    found = scan(args.paths, first=slice_order.first())
    yield from spread(line_of, subjects(found.series), model, named, lost=_lost)
    for skipped in found.skipped:
        yield failure(skipped.error, str(skipped.path))


def line_of(subject: Subject, model: Entry | None, named: Named) -> dict[str, Any]:
    """One line, in whichever process. model: a findings model; None where a place is named.

    Raises WeightsError.
    """
    from lungview.nodules.second_reader import second_look
    from lungview.nodules.second_reader.subjects import answer_to
    from lungview.report.findings.tables import json_values

    reader = None if model is None else second_look.load(model)
    try:
        return json_values(answer_to(subject, reader, named), subject.head)
    except LungViewError as error:
        return _failed(subject, error)


def _lost(subject: Subject) -> dict[str, Any]:
    return _failed(subject, WorkerDied("the process that looked at this died", subject.instances[0].path))


def _failed(subject: Subject, error: LungViewError) -> dict[str, Any]:
    from lungview.cli.studies.inspect import failure

    if subject.series is None:
        return failure(error, subject.head["path"])
    return {"series_uid": subject.series.uid, **failure(error, error.path)}


def _model(model: str | None) -> Entry:
    """The chosen findings model, or the first there is, which loads. Raises ModelError, WeightsError."""
    from lungview.model import registry
    from lungview.model.card import FINDINGS
    from lungview.nodules.second_reader import second_look

    found = registry.find(model) if model else registry.default(FINDINGS)
    second_look.load(found)
    return found


def _numbers(count: int, text: str) -> tuple[float, ...]:
    """Numbers with commas between them, as argparse wants it."""
    import math

    try:
        values = tuple(float(v) for v in text.split(","))
    except ValueError:
        values = ()
    if len(values) != count or not all(math.isfinite(v) for v in values):
        raise argparse.ArgumentTypeError(f"expected {count} numbers with commas between them, found {text!r}")
    return values
