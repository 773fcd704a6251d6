"""The PDF of a series: what its slices say together, the curve, the slice to look at, the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from lungview.classify.case import Refusal, Verdict
from lungview.classify.gate import suitability
from lungview.classify.series import SeriesAnswer, SlicePoint
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
from lungview.report.lungs.words import Scan
from lungview.report.one_person import refuse_several
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import VALUE, section
from lungview.report.pdf.case import case_pages, marked_story
from lungview.report.pdf.charts import MARK, Line, Plot
from lungview.report.pdf.findings.section import findings_story
from lungview.report.pdf.long_table import LongTable
from lungview.report.pdf.lungs.page import lungs_page
from lungview.report.pdf.model_card import model_line
from lungview.report.pdf.page import INK, Head, body_width, build, in_memory

TITLE = "Lung CT series report"
_FEW = 3  # lines that need no page of their own


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
    return in_memory(layout, _head(content), _story(content, layout))


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
        *_slices(content, layout),
        *_lungs(content, layout),
    ]


def _lungs(content: SeriesContent, layout: Layout) -> list[Flowable]:
    """A page with the lungs by thirds, where the second reader measured them."""
    found = content.findings.answer.lungs if content.findings else None
    if found is None:
        return []
    return lungs_page([Scan(content.peak.slice.study.date, found, content.description)], body_width(layout))


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
        *blocks.banner(
            content.answer.sentence, _short(content) or (content.answer.rule,), blocks.REFUSED, width
        ),
        *_curve(content, width),
    ]


def _findings(content: SeriesContent, width: float) -> list[Flowable]:
    """The second reader comes first; what one model of whole slices says stands on the next page."""
    if content.findings is None:
        return []
    title = Text("Whole slices, one by one", Style(size=11, bold=True, color=INK), after=2 * mm)
    apart = (
        PageBreak() if _is_judged(content) else Spacer(1, 4 * mm)
    )  # without a curve there is nothing to fill a page
    return [*findings_story(content.findings, width), apart, title]


def _curve(content: SeriesContent, width: float) -> list[Flowable]:
    points = []
    for point in content.answer.points:
        total = malignancy(content.card, point.judged.probabilities) if point.judged else None
        if total is not None:
            points.append((float(point.index + 1), total))
    if not points:
        said = "No slice gives a probability of malignancy."
        return [Text(said, VALUE)] if _is_judged(content) else []
    threshold = content.card.operating_point.threshold
    peak = [p for p in points if content.answer.at is not None and p[0] == content.answer.at + 1]
    word = "probability" if content.card.calibrated else "score"
    return [
        Spacer(1, 5 * mm),
        Plot(
            [Line(points, dots=len(points) <= 60), Line(peak, MARK, dots=True)],
            title=f"Malignancy along the series; line: threshold {threshold:.2f}",
            x_label="slice; gaps are slices that were not suitable",
            y_label=word,
            x_range=(1.0, float(max(content.slices, 2))),
            size=(width, 220),
            level=threshold,
        ),
    ]


def _slices(content: SeriesContent, layout: Layout) -> list[Flowable]:
    """A page with what was said of each slice; nothing where the first page has said it in a few lines."""
    if _is_short(content):
        return []
    width = body_width(layout)
    header = ("Slice", "Most probable", "Malignancy", "Verdict or reason")
    widths = [width * f for f in (0.1, 0.28, 0.14, 0.48)]
    return [PageBreak(), *section("All slices looked at"), LongTable(header, _rows(content), widths)]


def _short(content: SeriesContent) -> tuple[str, ...]:
    """The table of slices as sentences, where none was judged and they were refused for a few reasons."""
    rows = _rows(content) if _is_short(content) else []
    return tuple(f"Slice {number}: {said}." for number, _, _, said in rows)


def _is_short(content: SeriesContent) -> bool:
    return not _is_judged(content) and len(_rows(content)) <= _FEW


def _is_judged(content: SeriesContent) -> bool:
    return any(point.judged is not None for point in content.answer.points)


def _rows(content: SeriesContent) -> list[list[str]]:
    rows: list[list[str]] = []
    for why, points in groupby(content.answer.points, _refusal):
        together = list(points)
        if why is None:
            rows += [_row(point, content.card) for point in together]
        else:
            rows.append([_numbers(together), "", "", _refused_words(why, together)])
    return rows


def _row(point: SlicePoint, card: ModelCard) -> list[str]:
    found, error = point.case.prediction, point.case.error
    if found is None:
        return [_numbers([point]), "", "", error.message if error else ""]
    judged = point.judged
    total = malignancy(card, judged.probabilities) if judged else None
    return [
        _numbers([point]),
        blocks.class_text(card, judged.label) if judged else "",
        "" if total is None else share(total, 3),
        verdict_line(found),
    ]


def _refusal(point: SlicePoint) -> Refusal | None:
    """What a slice was refused for, where that is known: neighbours refused for the same stand in one row."""
    found = point.case.prediction
    return None if found is None or point.judged is not None else found.suitability.refusal


def _numbers(points: Sequence[SlicePoint]) -> str:
    first, last = points[0].index + 1, points[-1].index + 1
    return str(first) if first == last else f"{first}–{last}"


def _refused_words(why: Refusal, points: Sequence[SlicePoint]) -> str:
    """ "71 slices not suitable: unlike the training pictures (distance 1.07 to 2.24, limit 1.00)"."""
    said = f"{len(points)} slices " if len(points) > 1 else ""
    said += f"{Verdict.NOT_SUITABLE}: {why}"
    gates = [point.case.prediction.suitability for point in points if point.case.prediction is not None]
    if why is not Refusal.UNLIKE:
        return said
    low, high = (suitability.above(end(gate.score for gate in gates)) for end in (min, max))
    between = low if low == high else f"{low} to {high}"
    return f"{said} (distance {between}, limit {suitability.below(gates[0].threshold)})"
