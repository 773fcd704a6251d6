"""`lungview report PATH --out FILE`: one slice, a series, or a batch as PDF, DICOM, CSV or JSON."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import OK
from lungview.errors import ReportError
from lungview.report import formats
from lungview.report.formats import Subject

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.marks.in_series import HasInstances
    from lungview.model.registry import Entry
    from lungview.report.content import CaseContent, KeyImage, Layout, Measurement, Opinion
    from lungview.report.measured import MarkedSlice
    from lungview.study.series import Series

NAME = "report"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="write a report: PDF, DICOM SR, SC or PDF, CSV, JSON")
    command.add_argument(
        "path", metavar="PATH", type=Path, help="a slice, a series' folder, or a batch's OUT"
    )
    command.add_argument("--out", metavar="FILE", type=Path, required=True, help=".pdf, .dcm, .csv or .json")
    command.add_argument("--kind", choices=formats.kinds(), default="", help="of a .dcm file; else sr")
    command.add_argument("--model", metavar="ID", help="one of `lungview models list`; else the default")
    command.add_argument("--frame", type=int, default=0, help="of a file with many, from 0")
    command.add_argument("--class", dest="class_key", default="", metavar="KEY", help="whose heat map")
    command.add_argument(
        "--override",
        action="store_true",
        help="of a slice or a series: judge what the model is not made for; recorded, and said in the report",
    )
    command.add_argument("--step", type=int, default=1, help="of a series: every n-th slice")
    command.add_argument("--page", choices=("A4", "Letter"), default="A4")
    command.add_argument("--patient", choices=("full", "initials", "none"), default="full")
    command.add_argument("--institution", default="", help="lines of the head, \\n between them")
    command.add_argument("--logo", type=Path, help="PNG or JPEG")
    command.add_argument("--impression", default="", help="the reader's text")
    command.add_argument("--reader", default="", help="the reader's name")
    command.add_argument(
        "--no-marks", action="store_true", help="leave out key images and measurements made in the window"
    )
    command.add_argument("--no-findings", action="store_true", help="do not ask the second reader of a CT")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the report. Raises LungViewError when it cannot be written."""

    layout = _layout(args)
    if args.path.is_dir() and (args.path / "results.sqlite").is_file():
        _write_batch(args, layout)
    elif args.path.is_dir():
        _write_series(args, layout)
    else:
        _write_case(args, layout)
    return OK


def _layout(args: argparse.Namespace) -> Layout:
    from lungview.report.content import Institution, Layout, PageSize, PatientBlock

    institution = Institution(args.institution.replace("\\n", "\n"), args.logo)
    return Layout(PageSize(args.page), institution, PatientBlock(args.patient))


def _model(args: argparse.Namespace) -> Entry:
    from lungview.model import registry

    return registry.find(args.model) if args.model else registry.default()


def _write_case(args: argparse.Namespace, layout: Layout) -> None:
    from lungview.classify.classify import classify
    from lungview.classify.kept import record
    from lungview.cli.studies import second_reader
    from lungview.image import readers
    from lungview.marks.in_series import alone
    from lungview.report.formats import write
    from lungview.report.gather import case_content

    model = _model(args)
    slice_ = readers.read(args.path, args.frame)
    answer = record.overridden(slice_, classify(slice_, model, override=args.override))
    images, measured, own = _marked(args, alone(slice_), slice_)
    found = None if args.no_findings else second_reader.of_slice(slice_)
    content = case_content(
        slice_,
        answer,
        model.card,
        class_key=args.class_key,
        opinion=_opinion(args),
        measurements=measured,
        key_images=images,
        marked=own,
        findings=found,
    )
    _tell(args, write(content, args.out, layout, args.kind))


def _tell(args: argparse.Namespace, notes: tuple[str, ...]) -> None:
    for note in notes:
        print(f"{args.out.name}: {note}", file=sys.stderr)


def _opinion(args: argparse.Namespace) -> Opinion | None:
    from lungview.report.content import Opinion

    said = Opinion(impression=args.impression, reader=args.reader)
    return said if said != Opinion() else None


def _marked(
    args: argparse.Namespace, series: HasInstances, shown: Slice, number: int | None = None
) -> tuple[list[KeyImage], list[Measurement], list[MarkedSlice]]:
    """What the reader marked and measured in the window: on these slices of the study, and on `shown`."""
    from lungview.image.readers import read_instance
    from lungview.marks.store import AnnotationStore, default_path
    from lungview.report.key_images import marks, measurements, read_key_images
    from lungview.report.measured import marked_slice
    from lungview.study.key import picture_id

    if args.no_marks or not default_path().is_file():
        return [], [], []
    with AnnotationStore() as store:
        of_study = store.around(picture_id(shown))
    drawn = of_study.annotations(picture_id(shown))
    found = marks(series, of_study)
    images, measured = read_key_images([found], read_instance)
    own = [row for row in measurements(shown, drawn, number) if row not in measured]
    return images, [*own, *measured], [marked_slice(shown, drawn)] if drawn else []


def _write_series(args: argparse.Namespace, layout: Layout) -> None:
    from lungview.cli.studies import second_reader
    from lungview.report.pdf.series import SeriesContent

    printed = args.out.suffix.lower() == ".pdf"
    series = _longest_series(args.path)
    found = None if args.no_findings else second_reader.of_series(series)
    if not printed and found is not None:
        _tell(args, second_reader.write_series(found, args.out, layout, args.kind))
        return
    chosen = formats.chosen(args.out, args.kind, Subject.SERIES)
    model = _model(args)
    answer, peak = _judged(args, model, series.instances)
    images, measured, _ = _marked(args, series, peak.slice, peak.number)
    content = SeriesContent(
        answer,
        peak,
        model.card,
        len(series.instances),
        series.description,
        _opinion(args),
        measured,
        images,
        found,
    )
    _tell(args, chosen.write(content, args.out, layout))


def _longest_series(folder: Path) -> Series:
    from lungview.cli.studies import slice_order
    from lungview.sources.files.scan import scan

    found = scan([folder], first=slice_order.first()).series
    if not found:
        raise ReportError("no picture was found in this folder", folder)
    return max(found, key=lambda s: len(s.instances))


def _judged(args: argparse.Namespace, model: Entry, instances: Any) -> tuple[Any, CaseContent]:
    from lungview.classify.series import classify_series, positions
    from lungview.cli.progress import progress
    from lungview.image import readers
    from lungview.report.gather import case_content

    with progress(len(positions(len(instances), max(1, args.step))), "Classifying") as advance:
        answer = classify_series(
            instances,
            model,
            step=max(1, args.step),
            on_point=lambda _: advance(1),
            override=args.override,
        )
    slice_ = readers.read_instance(instances[answer.shown.index])
    content = case_content(slice_, answer.shown.case, model.card, class_key=args.class_key)
    return answer, replace(content, number=answer.shown.index + 1)


def _write_batch(args: argparse.Namespace, layout: Layout) -> None:
    from lungview.batch.store import NAME as RESULTS
    from lungview.batch.store import Store
    from lungview.report.pdf.batch import BatchContent

    chosen = formats.chosen(args.out, args.kind, Subject.BATCH)
    with Store(args.path / RESULTS) as store:
        content = BatchContent(
            lambda: (row.case for row in store.rows()),
            store.card,
            store.times(),
            series=tuple(store.series()),
        )
        _tell(args, chosen.write(content, args.out, layout))
