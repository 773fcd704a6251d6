"""The PDF of a batch: summary with charts, table of all cases, two of the flagged ones a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from lungview.batch.series_row import SeriesRow
from lungview.batch.summary import Summary, summarise_cases
from lungview.classify.acceptance import Acceptance
from lungview.classify.case import Case, Prediction, Verdict
from lungview.classify.error_rate import error_rate
from lungview.classify.heat import heatmap
from lungview.classify.outcome import Status, is_flagged, status_of
from lungview.classify.verdict import malignancy
from lungview.classify.words import share, verdict_line
from lungview.errors import LungViewError
from lungview.image import readers
from lungview.image.display import default_window
from lungview.image.slice import Slice
from lungview.model.card import ModelCard
from lungview.report.content import CaseContent, Layout, PatientBlock, patient_rows
from lungview.report.lettering.fitting import Lazy, Make
from lungview.report.lettering.text import Style, Text, width_of
from lungview.report.pdf import blocks
from lungview.report.pdf.acceptance_pages import acceptance_story
from lungview.report.pdf.blocks import VALUE, section
from lungview.report.pdf.case import pictures
from lungview.report.pdf.charts import BAR, BAR_PALE, Counts, Histogram
from lungview.report.pdf.findings.of_batch import series_story
from lungview.report.pdf.long_table import LongTable
from lungview.report.pdf.model_card import model_card, model_line
from lungview.report.pdf.page import GREY, INK, Head, body_height, body_width, build, in_memory
from lungview.report.table import path_text

TITLE = "Lung CT batch classification report"
EXCERPT_ROWS, EXCERPT_CASES = 80, 6
GAP, HEADING = 6 * mm, 7 * mm  # between two cases; above the first
PICTURES = 0.68  # of the width of a case; the numbers stand beside them
PICTURE = 420  # px: the longest side on a flagged case's page
_COLORS = {
    Status.CLASSIFIED: BAR,
    Status.NOT_SUITABLE: blocks.REFUSED,
    Status.SKIPPED: BAR_PALE,
    Status.FAILED: blocks.UNCERTAIN,
}


def _nothing() -> None:
    """No one waits for pages."""


@dataclass(frozen=True, slots=True)
class BatchContent:
    """A batch to report on.

    cases: gives all cases in the order of the table, each time it is called; they are never all in memory.
    facts: rows of the first page: folder, when, how long. acceptance: the comparison with the user's labels.
    series: what the second reader says of CT series. on_case: called before each flagged case; what it
    raises stops the report. excerpt: for a preview: the whole summary, but only the first rows and flagged
    cases.
    """

    cases: Callable[[], Iterable[Case]]
    card: ModelCard
    facts: Sequence[tuple[str, str]] = ()
    acceptance: Acceptance | None = None
    on_case: Callable[[], None] = _nothing
    excerpt: bool = False
    series: Sequence[SeriesRow] = ()


def write_batch(content: BatchContent, path: Path, layout: Layout | None = None) -> None:
    """Write the report of a batch. Raises ReportError; `path` is whole or untouched."""
    layout = layout or Layout()
    build(path, layout, _head(content), _story(content, layout))


def batch_pdf(content: BatchContent, layout: Layout | None = None) -> bytes:
    """The same report in memory."""
    layout = layout or Layout()
    return in_memory(layout, _head(content), _story(content, layout))


def _head(content: BatchContent) -> Head:
    return Head(TITLE, TITLE, model_line(content.card))


def _story(content: BatchContent, layout: Layout) -> list[Flowable]:
    return [
        *_summary(content, summarise_cases(content.cases(), content.card), layout),
        *_acceptance(content, layout),
        PageBreak(),
        *_table(content, layout),
        *_looked_at(content, layout),
    ]


def _summary(content: BatchContent, tally: Summary, layout: Layout) -> list[Flowable]:
    width, card = body_width(layout), content.card
    half = (width - 8 * mm) / 2
    statuses = [(str(s).capitalize(), tally.statuses[str(s)], _COLORS[s]) for s in Status]
    calls = [(c.text, tally.labels[c.key], BAR) for c in card.classes]
    calls.append(("No call: uncertain", tally.verdicts[str(Verdict.UNCERTAIN)], blocks.UNCERTAIN))
    left = [*section("Files"), Counts(statuses, tally.files)]
    right = [*section("Calls"), Counts(calls, sum(count for _, count, _ in calls))]
    story: list[Flowable] = [
        blocks.pairs([*content.facts, *_counts(tally)], width),
        Text(_how_flagged(layout, tally), Style(size=8, color=GREY)),
        blocks.table([[left, right]], [half + 8 * mm, half]),
    ]
    story += series_story(content.series, width, named=layout.patient is not PatientBlock.NONE)
    if tally.malignant:
        point = card.operating_point
        story += [
            Spacer(1, 4 * mm),
            Histogram(
                tally.malignant,
                title="Malignancy, all malignant classes",
                x_label=f"{'probability' if card.calibrated else 'score'}; line: threshold, band: uncertain",
                size=(width, 150),
                threshold=point.threshold,
                band=point.uncertain,
            ),
        ]
    return [*story, *section("Model"), *model_card(card, width)]


def _counts(tally: Summary) -> list[tuple[str, str]]:
    overridden = f"{tally.overridden:,}, against the suitability check" if tally.overridden else ""
    return [
        ("Files", f"{tally.files:,}"),
        ("To look at", f"{tally.flagged:,}"),
        ("Overridden", overridden),
    ]


def _acceptance(content: BatchContent, layout: Layout) -> list[Flowable]:
    if content.acceptance is None:
        return []
    return acceptance_story(content.acceptance, content.card, body_width(layout))


def _how_flagged(layout: Layout, tally: Summary) -> str:
    words = "To look at: called malignant, or uncertain; each is shown after the table."
    if layout.patient is PatientBlock.NONE:
        words += " Patients are not shown; file names are."
    return words if tally.flagged else "No case was called malignant or is uncertain."


def _table(content: BatchContent, layout: Layout) -> list[Flowable]:
    width = body_width(layout)
    widths = [width * f for f in (0.26, 0.19, 0.10, 0.45)]
    header = ("File", "Call", "Malignancy", "Verdict or reason")
    cases = islice(content.cases(), EXCERPT_ROWS if content.excerpt else None)
    rows = (_table_row(case, content.card, widths) for case in cases)
    return [*section("All files"), LongTable(header, rows, widths)]


def _table_row(case: Case, card: ModelCard, widths: Sequence[float]) -> list[Any]:
    found = case.prediction
    frame = f" [{case.instance.frame + 1}]" if case.instance.frame else ""
    name = _shortened(path_text(case), widths[0] - 6) + frame
    if found is None:
        error = case.error
        said = error.message if error else ""
        return [name, str(status_of(case)), "", Text(said, Style(size=7, color=INK))]
    total = malignancy(card, case.judged.probabilities) if case.judged else None
    call = blocks.class_text(card, found.label) if found.verdict is Verdict.CALLED else "no call"
    said = Text(verdict_line(found), Style(size=7, color=INK))
    return [name, call, "" if total is None else share(total, 3), said]


def _shortened(path: str, room: float) -> str:
    """The end of a path, which tells files apart: last folder and name, or as much of them as fits."""
    name = "/".join(path.replace("\\", "/").split("/")[-2:])
    if width_of(name, VALUE) <= room:
        return name
    while len(name) > 1 and width_of("…" + name, VALUE) > room:
        name = name[1:]
    return "…" + name


def _looked_at(content: BatchContent, layout: Layout) -> list[Flowable]:
    """Two cases a page; the first follows the table where there is room."""
    cases = list(islice(_flagged(content, layout), EXCERPT_CASES if content.excerpt else None))
    return [*section("To look at"), *cases] if cases else []


def _flagged(content: BatchContent, layout: Layout) -> Iterator[Flowable]:
    size = (body_width(layout), (body_height(layout) - HEADING - GAP) / 2)
    for case in content.cases():
        if is_flagged(case, content.card):
            yield Lazy(partial(_told, content, case, layout), size, before=GAP)


def _told(content: BatchContent, case: Case, layout: Layout) -> Make:
    content.on_case()
    return flagged_story(case, content.card, layout)


def _heat(found: Prediction, slice_: Slice) -> np.ndarray:
    """The label's heat map over the whole slice, at the resolution its page is printed with."""
    factor = min(1.0, PICTURE / max(slice_.rows, slice_.columns))
    size = (max(1, round(slice_.rows * factor)), max(1, round(slice_.columns * factor)))
    return heatmap.upsample(found, found.keys.index(found.label), slice_.rows, slice_.columns, size)


def flagged_story(case: Case, card: ModelCard, layout: Layout) -> Make:
    """One flagged case, read again from its file; a sentence where it cannot be read any more."""
    try:
        slice_ = readers.read(case.instance.path, case.instance.frame, case.instance.member)
    except LungViewError as error:
        return partial(_without_picture, case, card, error)
    assert case.prediction is not None  # only predictions are flagged
    heat = _heat(case.prediction, slice_)
    content = CaseContent(slice_, case, card, default_window(slice_), heat=heat)
    return partial(_case_story, content, card, patient_rows(slice_.patient, slice_.study, layout.patient))


def _name(case: Case) -> Flowable:
    return Text(path_text(case), Style(size=8.5, bold=True, color=INK), after=0.5 * mm)


def _without_picture(case: Case, card: ModelCard, error: LungViewError, width: float) -> list[Flowable]:
    assert case.prediction is not None
    said = Text(f"No picture: {error.message}", Style(size=9))
    return [_name(case), *blocks.verdict(case.prediction, card, width), Spacer(1, 3 * mm), said]


def _case_story(
    content: CaseContent, card: ModelCard, rows: Sequence[tuple[str, str]], width: float
) -> list[Flowable]:
    """Name, patient, verdict; slice, heat map and numbers side by side; a line for the reader."""
    found = content.case.prediction
    assert found is not None
    left = [
        pictures(content, PICTURES * width, lossy=True),
        Text(error_rate(card, content.case), Style(size=7.5, color=GREY)),
    ]
    line = "Reader's opinion: __________________________   Name and date: __________________________"
    return [
        _name(content.case),
        blocks.pairs(rows, width, columns=3),
        *blocks.verdict(found, card, width),
        Spacer(1, 2 * mm),
        blocks.table([[left, _numbers(found, card)]], [PICTURES * width + GAP, (1 - PICTURES) * width - GAP]),
        Spacer(1, 2 * mm),
        Text(line, VALUE),
    ]


def _numbers(found: Prediction, card: ModelCard) -> list[Flowable]:
    return [
        *section("Probabilities" if found.calibrated else "Scores (not calibrated)"),
        *blocks.probabilities(found, card),
        *section("Suitability"),
        *blocks.suitability(found, card),
    ]
