"""Lungs in numbers on a page of a PDF: thirds, map, histogram, and over time."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from lungview.lung.quantify import Detail
from lungview.report.lettering.text import Style, Text
from lungview.report.lungs.picture import bars, map_picture
from lungview.report.lungs.words import (
    HEAD,
    HOW,
    Scan,
    Step,
    cells,
    over_time,
    parts,
    technique,
    unsure,
    why_not,
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
    """A page of the last scan, and of all over time. A scan that has no numbers: the reason, and no page."""
    last = scans[-1]
    if last.lungs.detail is None:
        return []
    if last.detail is None:
        return [*section(TITLE), Text(why_not(last.lungs), VALUE)]
    return [
        PageBreak(),
        *section(TITLE),
        Text(f"{last.day}: {technique(last.detail)}", VALUE),
        Spacer(1, 2 * mm),
        _table(last, last.detail, width),
        *(Text(said, LABEL) for said in (*HOW, *last.detail.notes)),
        Spacer(1, 4 * mm),
        _figures(last.detail, width),
        *_over_time(scans, width),
    ]


def _table(scan: Scan, detail: Detail, width: float) -> Flowable:
    rows = [
        ["", part, *cells(each)] if part else [Text(lung, _BOLD), "Whole", *cells(each)]
        for lung, part, each in parts(scan.lungs, detail)
    ]
    return blocks.ruled(("Lung", "Part", *HEAD), rows, [width * w for w in _PARTS])


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
        KeepTogether([table, *(Text(unsure(step), LABEL) for step in steps if step.doubts)]),
    ]


def _rows(step: Step) -> list[list[str]]:
    return [[step.day, *step.cells], *([["Change", *step.change]] if step.change else [])]
