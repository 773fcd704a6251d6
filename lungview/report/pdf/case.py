"""The PDF of one case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from lungview.classify.case import Prediction
from lungview.classify.error_rate import error_rate
from lungview.classify.heat import heatmap
from lungview.classify.words import NOT_A_LOCALISATION
from lungview.image.values import person
from lungview.model.card import ModelCard
from lungview.report import picture
from lungview.report.content import (
    CaseContent,
    KeyImage,
    Layout,
    Measurement,
    PatientBlock,
    patient_rows,
)
from lungview.report.lettering.fitting import MOST, fitted
from lungview.report.lettering.text import Style, Text
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import section
from lungview.report.pdf.figure import Picture
from lungview.report.pdf.findings.section import findings_story
from lungview.report.pdf.key_pictures import GAP, gallery
from lungview.report.pdf.model_card import SMALL_VALUE, model_card, model_line
from lungview.report.pdf.page import GREY, Head, body_height, body_width, build, in_memory
from lungview.report.picture import window_words
from lungview.version import program

ON_ONE_PAGE = 2  # key images; with more there is a second page
TALL = 0.86  # of the width of a picture's place: its height
TRIED = ((TALL, 1.12), (0.6, MOST))  # pictures so tall, print so much smaller: what one page may take


def write_case(content: CaseContent, path: Path, layout: Layout | None = None) -> None:
    """Write the report of one case. Raises ReportError; `path` is whole or untouched."""
    layout = layout or Layout()
    build(path, layout, _head(content, layout), case_pages(content, layout))


def case_pdf(content: CaseContent, layout: Layout | None = None) -> bytes:
    """The same report in memory: what is only looked at, or goes into another file, is never on disk."""
    layout = layout or Layout()
    return in_memory(layout, _head(content, layout), case_pages(content, layout))


def _head(content: CaseContent, layout: Layout) -> Head:
    model = model_line(content.card) if content.card else ""
    return Head("Lung CT classification report", _metadata_title(content, layout), model)


def _metadata_title(content: CaseContent, layout: Layout) -> str:
    title = "Lung CT classification report"
    name = person.full(content.slice.patient.name)
    shown = layout.metadata_patient and layout.patient is PatientBlock.FULL and name
    return f"{title}: {name}" if shown else title


def case_pages(content: CaseContent, layout: Layout, title: Sequence[Flowable] = ()) -> list[Flowable]:
    """The story of one case on one page where some lines too many allow it, else over as many as it needs.

    title: above it, in a larger report.
    """

    size = (body_width(layout), body_height(layout) - 1)
    for tall, most in TRIED if len(content.key_images) <= ON_ONE_PAGE else ():
        whole = fitted(partial(_on_one_page, content, layout, title, tall), size, most)
        if whole is not None:
            return [whole]
    # Together: a last page never holds some lines only.
    end = KeepTogether(_made(content, layout, size[0]))
    return [*title, *_said(content, layout, size[0]), end]


def _on_one_page(
    content: CaseContent, layout: Layout, title: Sequence[Flowable], tall: float, width: float
) -> list[Flowable]:
    return [*title, *_said(content, layout, width, tall), *_made(content, layout, width)]


def _said(content: CaseContent, layout: Layout, width: float, tall: float = TALL) -> list[Flowable]:
    """The case: the reader's word leads, the model's follows."""
    story = _identity(content, layout, width)
    prediction, card = content.case.prediction, content.card
    story.append(Spacer(1, 2 * mm))
    if content.opinion:
        story += blocks.opinion(content.opinion, width)
    if content.findings is not None:
        story += [*findings_story(content.findings, width), Spacer(1, 3 * mm)]
    if prediction is not None and card is not None:
        story += blocks.verdict(prediction, card, width)
    else:
        story += _refusal(content)
    story += [Spacer(1, 2 * mm), pictures(content, width, tall)]
    if content.heat is not None and card is not None:
        story.append(Text(error_rate(card, content.case), Style(size=7.5, color=GREY)))
    if prediction is not None and card is not None:
        story += _numbers(prediction, card, width)
    return [*story, *marked_story(content.measurements, content.key_images, width)]


def _made(content: CaseContent, layout: Layout, width: float) -> list[Flowable]:
    """What made the answer: the model and the program."""
    model = [*section("Model"), *model_card(content.card, width)] if content.card is not None else []
    return [*model, *provenance(content, layout, width)]


def _identity(content: CaseContent, layout: Layout, width: float) -> list[Flowable]:
    slice_ = content.slice
    rows = patient_rows(slice_.patient, slice_.study, layout.patient)
    if layout.patient is not PatientBlock.NONE:
        rows.append(("Series", slice_.series_description))
    rows += [("Modality", slice_.instance.modality or "picture file"), ("Slice", _place(content, layout))]
    return [blocks.pairs(rows, width)]


def _place(content: CaseContent, layout: Layout) -> str:
    instance = content.slice.instance
    parts = [] if layout.patient is PatientBlock.NONE else [instance.member or instance.path.name]
    if content.number is not None:
        parts.append(f"slice {content.number}")
    if instance.frame:
        parts.append(f"frame {instance.frame + 1}")
    if instance.geometry:
        parts.append(f"at {instance.geometry.along_normal:.1f} mm".replace("-", "−"))
    return ", ".join(parts)


def _refusal(content: CaseContent) -> list[Flowable]:
    error = content.case.error
    said = error.message if error else "No model has judged this slice."
    return [Text(f"No prediction: {said}", Style(size=10, bold=True))]


def pictures(content: CaseContent, width: float, tall: float = TALL, *, lossy: bool = False) -> Flowable:
    """The slice beside its heat map; where there is no heat map, the sentence why.

    tall: how high a picture may be, in its share of the width.
    """
    half = (width - GAP) / 2
    box = (half, half * tall)
    shown = picture.windowed(content.slice, content.window)
    if content.heat is not None:
        shown = picture.shrunk(shown, *content.heat.shape)
    source = (
        f", spacing from {content.slice.spacing.source}" if content.slice.spacing else ", no pixel spacing"
    )
    left = Picture(
        shown,
        box,
        spacing=content.slice.spacing,
        aspect=content.slice.aspect,
        caption=f"{window_words(content.slice, content.window)}\n"
        f"{content.slice.rows} × {content.slice.columns} px{source}{_lossy_words(content)}",
        lossy=lossy,
        beside_colour_bar=content.heat is not None,
        columns=content.slice.columns,
    )
    found = content.case.prediction
    if found is not None and found.refused:
        right: Flowable = Text(
            "No heat map: the model must not judge this picture.", Style(size=8.5, color=GREY)
        )
    elif content.heat is None or content.card is None:
        right = Text("No heat map.", Style(size=8.5, color=GREY))
    else:
        key = content.class_key or (found.label if found else "")
        called = blocks.class_text(content.card, key)
        right = Picture(
            picture.overlaid(shown, content.heat),
            box,
            spacing=content.slice.spacing,
            aspect=content.slice.aspect,
            caption=f"Grad-CAM for {called}, from {heatmap.THRESHOLD} of its maximum\n{NOT_A_LOCALISATION}",
            lossy=lossy,
            colour_bar=True,
            columns=content.slice.columns,
        )
    return blocks.table([[left, right]], [half + GAP, half], [("RIGHTPADDING", (0, 0), (-1, -1), 0)])


def _lossy_words(content: CaseContent) -> str:
    return f", lossy {content.slice.lossy}" if content.slice.lossy else ""


def _numbers(prediction: Prediction, card: ModelCard, width: float) -> list[Flowable]:
    half = (width - GAP) / 2
    word = "Probabilities" if prediction.calibrated else "Scores (not calibrated)"
    left = [*section(word), *blocks.probabilities(prediction, card)]
    right = [*section("Suitability"), *blocks.suitability(prediction, card)]
    return [blocks.table([[left, right]], [half + GAP, half])]


def marked_story(
    measurements: Sequence[Measurement], key_images: Sequence[KeyImage], width: float
) -> list[Flowable]:
    """What the reader measured, and the key images."""
    out: list[Flowable] = []
    if measurements:
        out += [*section("Measurements"), blocks.measurements(measurements, width)]
    if key_images:
        out += [*section("Key images"), gallery(key_images, width)]
    return out


def provenance(content: CaseContent, layout: Layout, width: float) -> list[Flowable]:
    """How the result was made, so that it can be made again."""
    prediction = content.case.prediction
    made = [("Program", program())]
    rows = []
    if prediction is not None:
        s = prediction.seconds
        made.append(("Seconds", f"read {s.read:.3f}, prepare {s.prepare:.3f}, infer {s.infer:.3f}"))
        rows.append(("Model file", f"{prediction.model}, SHA-256 {prediction.sha256}"))
    if layout.patient is PatientBlock.FULL:
        rows.append(("SOP Instance UID", content.slice.instance.sop_instance_uid))
    rows.append(("Warnings", " ".join(content.slice.warnings)))
    wide = blocks.pairs(rows, width, columns=1, value=SMALL_VALUE)
    return [*section("Provenance"), blocks.pairs(made, width, value=SMALL_VALUE), wide]
