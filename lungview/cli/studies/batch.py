"""`lungview batch DIR --out OUT`: a folder → results.csv, results.sqlite, report.pdf, summary.json."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli import scheduler
from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.machine import cpus

if TYPE_CHECKING:
    from lungview.batch.carriers.executors import Carriers
    from lungview.batch.inputs import Input
    from lungview.batch.store import Store
    from lungview.batch.summary import Summary
    from lungview.classify.acceptance import Acceptance
    from lungview.model.registry import Entry

NAME = "batch"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="classify a folder into a table and a report")
    command.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="folders, zips or files")
    command.add_argument("--out", metavar="OUT", type=Path, required=True, help="folder for the results")
    command.add_argument("--model", metavar="ID", help="one of `lungview models list`; else the default")
    command.add_argument("--workers", metavar="N", type=_count, help="processes; else one a CPU")
    scheduler.add(command)
    command.add_argument(
        "--override",
        action="store_true",
        help="judge what the model is not made for; recorded, and said in every output",
    )
    command.add_argument("--resume", action="store_true", help="go on with the results in OUT")
    command.add_argument(
        "--retry-failed", action="store_true", help="with --resume: judge failed files again"
    )
    command.add_argument("--labels", metavar="CSV", type=Path, help="columns path,label: compare with these")
    command.add_argument(
        "--no-findings", action="store_true", help="do not ask the second reader of CT series"
    )
    command.add_argument("--no-report", action="store_true", help="do not write report.pdf")
    command.add_argument("--page", choices=("A4", "Letter"), default="A4", help="of report.pdf")
    command.add_argument(
        "--patient", choices=("full", "initials", "none"), default="full", help="in report.pdf"
    )
    command.add_argument("--json", action="store_true", help="the summary as one JSON object on stdout")
    command.set_defaults(run=run)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def run(args: argparse.Namespace) -> int:
    """Run or resume a batch. Returns 0 done, 3 done but some files failed, 1 stopped before the end."""
    from lungview.batch.extent import end
    from lungview.batch.inputs import inputs
    from lungview.batch.run import opened
    from lungview.model import registry

    model = registry.find(args.model) if args.model else registry.default()
    _check_labels(args, model)
    sources = list(inputs(args.paths, args.out))
    with opened(args.out, model, resume=args.resume, override=args.override) as store:
        with _carriers(args, model) as carriers:
            complete = _judge_all(args, sources, model, store, carriers)
            complete = complete and _look_at_series(args, store, carriers)
        end(store, complete)
        summary = _write(args, store)
    _tell(args, summary)
    if not complete:
        print("lungview: stopped; go on with --resume", file=sys.stderr)
        return COULD_NOT
    return SOME_FAILED if summary.statuses["failed"] else OK


def _check_labels(args: argparse.Namespace, model: Entry) -> None:
    """A table of labels with a mistake is refused before the work, not after it."""
    from lungview.classify.acceptance import read_labels

    if args.labels is not None:
        read_labels(args.labels, model.card)


def _judge_all(
    args: argparse.Namespace, sources: list[Input], model: Entry, store: Store, carriers: Carriers
) -> bool:
    from lungview.batch.extent import begin
    from lungview.batch.run import run as run_batch
    from lungview.batch.work import judge
    from lungview.classify.outcome import Status
    from lungview.cli.progress import progress

    if args.retry_failed:
        store.forget(Status.FAILED)
    begin(store, args.paths, len(set(sources)))
    left = len(set(sources) - store.done())
    with progress(left, "Classifying") as advance, _interruptible() as cancelled:
        return run_batch(
            sources,
            model,
            store,
            workers=min(carriers.workers, max(left, 1)),
            on_rows=lambda rows: advance(len(rows)),
            cancelled=cancelled,
            judging=partial(judge, override=args.override),
            pool=carriers.pool,
            bundles=carriers.bundles,
        )


def _look_at_series(args: argparse.Namespace, store: Store, carriers: Carriers) -> bool:
    """Ask the second reader about each CT series among the files. Returns False when it was stopped."""
    from lungview.batch import series
    from lungview.cli.progress import progress
    from lungview.cli.studies import slice_order
    from lungview.nodules.second_reader.second_look import installed_reader

    model = None if args.no_findings else installed_reader()
    if model is None:
        return True
    left = series.left(args.paths, store, slice_order.first())
    with progress(len(left), "Looking for findings") as advance, _interruptible() as cancelled:
        return series.run(
            left,
            model,
            store,
            workers=carriers.workers,
            pool=carriers.pool,
            on_row=lambda _: advance(1),
            cancelled=cancelled,
        )


@contextmanager
def _carriers(args: argparse.Namespace, model: Entry) -> Iterator[Carriers]:
    """Processes of this computer, or the workers of a scheduler."""
    from lungview.batch.carriers.executors import Carriers

    if args.scheduler is None:
        yield Carriers(args.workers or cpus())
        return
    from lungview.nodules.second_reader.second_look import installed_reader, models_of

    reader = None if args.no_findings else installed_reader()
    with scheduler.carriers(args.scheduler, model, *models_of(reader)) as found:
        yield found


@contextmanager
def _interruptible() -> Iterator[Any]:
    """A function that says whether Ctrl+C was pressed; a second one ends the program at once."""
    pressed: list[int] = []

    def note(number: int, _frame: Any) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _write(args: argparse.Namespace, store: Store) -> Summary:
    """The files beside the database, each whole or untouched."""
    from lungview.batch.summary import document, summarise
    from lungview.report import series_table, table
    from lungview.report.files import replacing

    card = store.card
    summary = summarise(store.rows(), card)
    acceptance = _compared(args, store)
    table.write_csv((row.case for row in store.rows()), args.out / "results.csv", card.keys)
    series_table.write_csv(store.series(), args.out / "series.csv")
    with replacing(args.out / "summary.json") as target:
        text = json.dumps(document(store, summary, acceptance), indent=1, ensure_ascii=False)
        target.write_text(text + "\n", encoding="utf-8")
    if not args.no_report:
        _write_report(args, store, summary, acceptance)
    return summary


def _compared(args: argparse.Namespace, store: Store) -> Acceptance | None:
    from lungview.classify.acceptance import compare, read_labels

    if args.labels is None:
        return None
    return compare((row.case for row in store.rows()), read_labels(args.labels, store.card), store.card)


def _write_report(
    args: argparse.Namespace, store: Store, summary: Summary, acceptance: Acceptance | None
) -> None:
    from lungview.batch.extent import extent
    from lungview.cli.progress import progress
    from lungview.report.content import Layout, PageSize, PatientBlock
    from lungview.report.pdf.batch import BatchContent, write_batch

    facts = (
        ("Input", ", ".join(path.name or str(path) for path in args.paths)),
        ("Labels", args.labels.name if args.labels else ""),
        ("State", extent(store).sentence),
        *store.times(),
        ("Time, summed", ", ".join(f"{stage} {s:.1f} s" for stage, s in summary.seconds.items())),
    )
    layout = Layout(page=PageSize(args.page), patient=PatientBlock(args.patient))
    with progress(summary.flagged, "Writing report.pdf") as advance:
        content = BatchContent(
            lambda: (row.case for row in store.rows()), store.card, facts, acceptance, lambda: advance(1)
        )
        content = replace(content, series=tuple(store.series()))
        write_batch(content, args.out / "report.pdf", layout)


def _tell(args: argparse.Namespace, summary: Summary) -> None:
    if args.json:
        print(json.dumps(summary.to_json()))
        return
    print(f"{summary.files} files: {summary.words()}; {summary.flagged} to look at. Results in {args.out}")
