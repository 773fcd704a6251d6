"""Lungs in numbers on a page of a PDF: thirds, map, histogram, and over time."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from lungview.lung.quantify import Detail, Quantities
from lungview.report.lettering.text import Style, Text
from lungview.report.lungs.picture import bars, map_picture
from lungview.report.lungs.words import (
    HEAD,
    Scan,
    Step,
    beside,
    cells,
    head,
    how,
    limits,
    over_time,
    parts,
    technique,
)
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import LABEL, VALUE, section
from lungview.report.pdf.lungs.figures import CoronalPicture, DensityHistogram
from lungview.report.pdf.page import INK

TITLE = "Lungs in numbers"
_PARTS = (0.18, 0.18, 0.16, 0.16, 0.16, 0.16)
_STEPS = (0.24, 0.25, 0.17, 0.17, 0.17)
_BOLD = Style(size=8.5, bold=True, color=INK)
_TALL = 66 * mm


def lungs_page(scans: Sequence[Scan], width: float) -> list[Flowable]:
    """A page of the last scan, and of all over time; nothing where its lungs were not measured by thirds."""
    last = scans[-1]
    found, detail = last.lungs, last.detail
    if found is None or detail is None:
        return []
    return [
        PageBreak(),
        *section(TITLE),
        Text(f"{last.day}: {technique(detail)}", VALUE),
        *(Text(said, _BOLD) for said in limits(found)),
        Spacer(1, 2 * mm),
        _table(found, detail, width),
        *(Text(said, LABEL) for said in (*how(found), *detail.notes)),
        Spacer(1, 4 * mm),
        _figures(detail, width),
        *_over_time(scans, width),
    ]


def _table(found: Quantities, detail: Detail, width: float) -> Flowable:
    whole = "In the scan" if found.coverage.of_scan else "Whole"
    rows = [
        ["", part, *cells(each)] if part else [Text(lung, _BOLD), whole, *cells(each)]
        for lung, part, each in parts(found, detail)
    ]
    return blocks.ruled(("Lung", "Part", *head(found)), rows, [width * w for w in _PARTS])


def _figures(detail: Detail, width: float) -> Flowable:
    half = width / 2
    coronal = CoronalPicture(map_picture(detail.coronal), (half - 5 * mm, _TALL))
    histogram = DensityHistogram(bars(detail), (half - 5 * mm, _TALL))
    return blocks.table([[coronal, histogram]], [half, half])


def _over_time(scans: Sequence[Scan], width: float) -> list[Flowable]:
    steps = over_time(scans)
    if not steps:
        return []
    rows = [row for step in steps for row in _rows(step)]
    table = blocks.ruled(("Over time, both lungs", *HEAD), rows, [width * w for w in _STEPS])
    return [
        Spacer(1, 4 * mm),
        KeepTogether([table, *(Text(said, LABEL) for said in map(beside, steps) if said)]),
    ]


def _rows(step: Step) -> list[list[str]]:
    return [[step.day, *step.cells], *([["Change", *step.change]] if step.change else [])]
