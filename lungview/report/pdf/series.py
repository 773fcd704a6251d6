"""The PDF of a series: what its slices say together, the curve, the slice to look at, the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from lungview.classify.series import SeriesAnswer
from lungview.classify.verdict import malignancy
from lungview.classify.words import share, verdict_line
from lungview.model.card import ModelCard
from lungview.report.content import (
    CaseContent,
    FindingsContent,
    KeyImage,
    Layout,
    Measurement,
    Opinion,
    PatientBlock,
    patient_rows,
)
from lungview.report.lettering.text import Style, Text
from lungview.report.one_person import refuse_several
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import VALUE, section
from lungview.report.pdf.case import case_pages, marked_story
from lungview.report.pdf.charts import MARK, Line, Plot
from lungview.report.pdf.findings.section import findings_story
from lungview.report.pdf.long_table import LongTable
from lungview.report.pdf.model_card import model_line
from lungview.report.pdf.page import INK, Head, body_width, build, compose

TITLE = "Lung CT series report"


@dataclass(frozen=True, slots=True, eq=False)
class SeriesContent:
    """A series to report on. peak: of `answer.shown`, with its heat map; slices: in the series."""

    answer: SeriesAnswer
    peak: CaseContent
    card: ModelCard
    slices: int
    description: str = ""
    opinion: Opinion | None = None
    measurements: Sequence[Measurement] = ()
    key_images: Sequence[KeyImage] = ()
    findings: FindingsContent | None = None

    def __post_init__(self) -> None:
        slices = (self.peak.slice.instance, *(point.case.instance for point in self.answer.points))
        refuse_several((*(s.person for s in slices), *(image.person for image in self.key_images)))


def write_series(content: SeriesContent, path: Path, layout: Layout | None = None) -> None:
    """Write the report of a series. Raises ReportError; `path` is whole or untouched."""
    layout = layout or Layout()
    build(path, layout, _head(content), _story(content, layout))


def series_pdf(content: SeriesContent, layout: Layout | None = None) -> bytes:
    """The same report in memory."""
    layout = layout or Layout()
    made = BytesIO()
    compose(made, layout, _head(content), _story(content, layout))
    return made.getvalue()


def _head(content: SeriesContent) -> Head:
    return Head(TITLE, TITLE, model_line(content.card))


def _story(content: SeriesContent, layout: Layout) -> list[Flowable]:
    said = marked_story(content.measurements, content.key_images, body_width(layout))
    title = "A slice from the middle" if content.answer.at is None else "The slice to look at first"
    return [
        *_summary(content, layout),
        *said,
        PageBreak(),
        *case_pages(content.peak, layout, [Text(title, Style(size=11, bold=True, color=INK), after=2 * mm)]),
        PageBreak(),
        *_slices(content, layout),
    ]


def _summary(content: SeriesContent, layout: Layout) -> list[Flowable]:
    width = body_width(layout)
    shown = content.peak.slice
    rows = patient_rows(shown.patient, shown.study, layout.patient)
    if layout.patient is not PatientBlock.NONE:
        rows.append(("Series", content.description))
    points = content.answer.points
    judged = sum(point.judged is not None for point in points)
    rows.append(("Slices", f"{len(points)} of {content.slices} looked at, {judged} judged"))
    return [
        blocks.pairs(rows, width),
        Spacer(1, 3 * mm),
        *(blocks.opinion(content.opinion, width) if content.opinion else ()),
        *_findings(content, width),
        *blocks.banner(content.answer.sentence, (content.answer.rule,), blocks.REFUSED, width),
        Spacer(1, 5 * mm),
        *_curve(content, width),
    ]


def _findings(content: SeriesContent, width: float) -> list[Flowable]:
    """The second reader comes first; what one model of whole slices says stands on the next page."""
    if content.findings is None:
        return []
    title = Text("Whole slices, one by one", Style(size=11, bold=True, color=INK), after=2 * mm)
    return [*findings_story(content.findings, width), PageBreak(), title]


def _curve(content: SeriesContent, width: float) -> list[Flowable]:
    points = []
    for point in content.answer.points:
        total = malignancy(content.card, point.judged.probabilities) if point.judged else None
        if total is not None:
            points.append((float(point.index + 1), total))
    if not points:
        return [Text("No slice gives a probability of malignancy.", VALUE)]
    threshold = content.card.operating_point.threshold
    peak = [p for p in points if content.answer.at is not None and p[0] == content.answer.at + 1]
    word = "probability" if content.card.calibrated else "score"
    return [
        Plot(
            [Line(points, dots=len(points) <= 60), Line(peak, MARK, dots=True)],
            title=f"Malignancy along the series; line: threshold {threshold:.2f}",
            x_label="slice; gaps are slices that were not suitable",
            y_label=word,
            x_range=(1.0, float(max(content.slices, 2))),
            size=(width, 220),
            level=threshold,
        )
    ]


def _slices(content: SeriesContent, layout: Layout) -> list[Flowable]:
    width = body_width(layout)
    rows = []
    for point in content.answer.points:
        found, error = point.case.prediction, point.case.error
        if found is None:
            rows.append([str(point.index + 1), "", "", error.message if error else ""])
            continue
        judged = point.judged
        total = malignancy(content.card, judged.probabilities) if judged else None
        rows.append(
            [
                str(point.index + 1),
                blocks.class_text(content.card, judged.label) if judged else "",
                "" if total is None else share(total, 3),
                verdict_line(found),
            ]
        )
    header = ("Slice", "Most probable", "Malignancy", "Verdict or reason")
    widths = [width * f for f in (0.1, 0.28, 0.14, 0.48)]
    return [*section("All slices looked at"), LongTable(header, rows, widths)]
