"""What the second reader says of the CT series of a batch, in its PDF."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from lungview.batch.series_row import SeriesRow
from lungview.report.findings.words import SCORES
from lungview.report.lettering.text import Style, Text
from lungview.report.pdf.blocks import section
from lungview.report.pdf.long_table import LongTable
from lungview.report.pdf.page import GREY

_HEAD = ("Series, first file", "Slices", "Findings", "Score", "Second reader")
_WIDTHS = (0.27, 0.08, 0.1, 0.08, 0.47)


def series_story(rows: Sequence[SeriesRow], width: float, *, named: bool) -> list[Flowable]:
    """A row a series, the most suspicious first; nothing without series. named: with names of files."""
    if not rows:
        return []
    table = LongTable(_HEAD, cells(rows, named=named), [width * share for share in _WIDTHS])
    return [*section("CT series"), table, Text(SCORES, Style(size=7.5, color=GREY))]


def cells(rows: Sequence[SeriesRow], *, named: bool) -> list[list[str]]:
    """The table's rows."""
    ordered = sorted(rows, key=lambda row: -(row.suspicion.score if row.suspicion else -1.0))
    return [_cells(row, number, named) for number, row in enumerate(ordered, start=1)]


def _cells(row: SeriesRow, number: int, named: bool) -> list[str]:
    label, told = row.source.label, row.suspicion
    return [
        f"{label.parent.name}/{label.name}" if named else f"series {number}",
        str(row.slices),
        str(told.findings) if told else "",
        f"{told.score:.2f}" if told else "",
        _said(row),
    ]


def _said(row: SeriesRow) -> str:
    """Why there is no answer, or what it comes to and what a reader must know of it."""
    notes = f"Note: {'; '.join(row.notes)}." if row.notes else ""
    return " ".join(filter(None, (row.conclusion or "; ".join(row.reasons), notes)))
