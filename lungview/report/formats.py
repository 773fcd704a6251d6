"""What can be written of what, in one table: the formats of a case, a series, a batch and a work-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.errors import ReportError
from lungview.report.content import CaseContent, Layout

if TYPE_CHECKING:
    from lungview.report.pdf.batch import BatchContent
    from lungview.report.pdf.series import SeriesContent
    from lungview.report.work_up.page import WorkUpContent

Notes = tuple[str, ...]  # sentences that name what of the source a report does not carry
SERIES_KIND = "series"  # tells the PDF of a series from that of the slice shown of it


class Subject(StrEnum):
    """What a report is of."""

    CASE = "case"
    SERIES = "series"
    BATCH = "batch"
    WORK_UP = "work-up"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report.

    text: for a list to choose from. suffix: of the file, with its dot. kind: of a DICOM object, or
    SERIES_KIND. write: of the subject's content (CaseContent, SeriesContent, BatchContent, WorkUpContent),
    whole or not at all; raises ReportError.
    """

    subject: Subject
    text: str
    suffix: str
    kind: str
    write: Callable[[Any, Path, Layout], Notes]


def of(*subjects: Subject) -> tuple[Format, ...]:
    """The formats of these subjects, as the table has them."""
    return tuple(each for each in FORMATS if each.subject in subjects)


def kinds() -> tuple[str, ...]:
    """The kinds of DICOM objects that a case can be written as; the first is meant where none is named."""
    return tuple(each.kind for each in of(Subject.CASE) if each.suffix == ".dcm")


def chosen(path: Path, kind: str = "", subject: Subject = Subject.CASE) -> Format:
    """The format of a target: by its suffix, and for .dcm by the kind.

    Raises ReportError: unknown suffix or kind.
    """
    suffix = path.suffix.lower()
    if suffix == ".dcm":
        kind = kind or kinds()[0]
    elif kind:
        raise ReportError(f"a kind ({kind}) is for .dcm files, this is {suffix or 'without a suffix'}", path)
    for each in of(subject):
        if each.suffix == suffix and each.kind in (kind, SERIES_KIND):
            return each
    known = ", ".join(sorted({each.suffix for each in of(subject)}))
    wanted = f"{suffix} {kind}".strip()
    if subject is Subject.CASE:
        raise ReportError(f"no report of the kind “{wanted}”; there are {known}", path)
    raise ReportError(f"no report of a {subject} of the kind “{wanted}”; there are {known}", path)


def write(content: CaseContent, path: Path, layout: Layout, kind: str = "") -> Notes:
    """Write one case to `path`; what of its source the report does not carry.

    Raises ReportError: unknown suffix or kind, or what the writer raises.
    """
    return chosen(path, kind).write(content, path, layout)


def _case_pdf(content: CaseContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.pdf.case import write_case

    write_case(content, path, layout)
    return ()


def _sr(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.sr import write_sr

    return write_sr(content, path)


def _sc(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.sc import write_sc

    return write_sc(content, path)


def _encapsulated(content: CaseContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.dicom.pdf import write_encapsulated

    return write_encapsulated(content, path, layout)


def _seg(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.seg import write_seg

    return write_seg(content, path)


def _pr(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.gsps import write_gsps

    return write_gsps(content, path)


def _ko(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.kos import write_kos

    return write_kos(content, path)


def _regions(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.regions import write_regions

    return write_regions(content, path)


def _case_csv(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table
    from lungview.report.findings import tables as findings

    if content.card is None and content.findings is not None:
        findings.write_csv(content.findings, path)
    else:
        table.write_csv([content.case], path, content.card.keys if content.card else ())
    return ()


def _case_json(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table
    from lungview.report.findings import tables as findings

    if content.card is not None:
        table.write_json([content.case], path, content.card, findings.part(content.findings))
    elif content.findings is not None:
        findings.write_json(content.findings, path)
    else:
        raise ReportError("a JSON report needs a prediction or findings", path)
    return ()


def _series_pdf(content: SeriesContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.pdf.series import write_series

    write_series(content, path, layout)
    return ()


def _batch_pdf(content: BatchContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.pdf.batch import write_batch

    write_batch(content, path, layout)
    return ()


def _batch_csv(content: BatchContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table

    table.write_csv(content.cases(), path, content.card.keys)
    return ()


def _batch_json(content: BatchContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table

    table.write_json(content.cases(), path, content.card)
    return ()


def _work_up_pdf(content: WorkUpContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.work_up.page import write_work_up

    write_work_up(content, path, layout)
    return ()


def _work_up_csv(content: WorkUpContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.work_up.table import write_csv

    write_csv(content.exam, path)
    return ()


def _work_up_sr(content: WorkUpContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.sr import write_sr

    if content.case is None:
        raise ReportError("a Structured Report needs the slices of the findings", path)
    return write_sr(content.case, path)


def _work_up_text(content: WorkUpContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.files import replacing
    from lungview.report.work_up.text import text

    with replacing(path) as target:
        target.write_text(text(content.exam, content.template, layout.patient) + "\n", encoding="utf-8")
    return ()


FORMATS: tuple[Format, ...] = (
    Format(Subject.CASE, "PDF", ".pdf", "", _case_pdf),
    Format(Subject.SERIES, "PDF of the whole series", ".pdf", SERIES_KIND, _series_pdf),
    Format(Subject.CASE, "DICOM Structured Report", ".dcm", "sr", _sr),
    Format(Subject.CASE, "DICOM Segmentation of the findings", ".dcm", "seg", _seg),
    Format(Subject.CASE, "DICOM picture of the heat map", ".dcm", "sc", _sc),
    Format(Subject.CASE, "DICOM with the PDF inside", ".dcm", "pdf", _encapsulated),
    Format(Subject.CASE, "DICOM Presentation State", ".dcm", "pr", _pr),
    Format(Subject.CASE, "DICOM Key Object Selection", ".dcm", "ko", _ko),
    Format(Subject.CASE, "DICOM Segmentation of regions", ".dcm", "regions", _regions),
    Format(Subject.CASE, "CSV", ".csv", "", _case_csv),
    Format(Subject.CASE, "JSON", ".json", "", _case_json),
    Format(Subject.BATCH, "PDF", ".pdf", "", _batch_pdf),
    Format(Subject.BATCH, "CSV", ".csv", "", _batch_csv),
    Format(Subject.BATCH, "JSON", ".json", "", _batch_json),
    Format(Subject.WORK_UP, "PDF", ".pdf", "", _work_up_pdf),
    Format(Subject.WORK_UP, "DICOM Structured Report", ".dcm", "sr", _work_up_sr),
    Format(Subject.WORK_UP, "Table", ".csv", "", _work_up_csv),
    Format(Subject.WORK_UP, "Text", ".txt", "", _work_up_text),
)
