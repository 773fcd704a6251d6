"""The parts of a report's page: headings, tables, verdict, probabilities, suitability, opinion."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from lungview.classify import words
from lungview.classify.case import Prediction, Verdict
from lungview.classify.gate.suitability import with_limit
from lungview.classify.verdict import malignancy
from lungview.model.card import ModelCard
from lungview.report.content import Measurement, Opinion
from lungview.report.lettering.text import Style, Text
from lungview.report.pdf.charts import Bar, Bars
from lungview.report.pdf.page import GREY, INK, RULE

LABEL = Style(size=7.5, color=GREY)
VALUE = Style(size=8.5, color=INK)
SECTION = Style(size=9.5, bold=True, color=INK)

_CALLED_MALIGNANT = HexColor(0x8C1D18)
_CALLED = HexColor(0x1F5A3C)
UNCERTAIN = HexColor(0x8A5A00)
REFUSED = HexColor(0x4A4F57)
READER = HexColor(0x1D3F66)


def section(title: str) -> list[Flowable]:
    """A heading with the room around it."""
    heading = Text(title, SECTION, after=0.8 * mm)
    heading.spaceBefore = 2.2 * mm
    heading.keepWithNext = 1
    return [heading]


def pairs(rows: Sequence[tuple[str, str]], width: float, columns: int = 2, value: Style = VALUE) -> Flowable:
    """Labels and values in a grid of `columns` pairs; empty values are left out."""
    value_style = dataclasses.replace(value, align="left")
    cells: list[list[Any]] = [[Text(a, LABEL), Text(b, value_style)] for a, b in rows if b]
    cells += [["", ""]] * (-len(cells) % columns)
    grid = [[cell for pair in cells[i : i + columns] for cell in pair] for i in range(0, len(cells), columns)]
    label_width = 24 * mm
    widths = [label_width, width / columns - label_width] * columns
    return table(
        grid, widths, [("TOPPADDING", (0, 0), (-1, -1), 0.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6)]
    )


def table(rows: list[list[Any]], widths: Sequence[float], extra: Sequence[tuple[Any, ...]] = ()) -> Flowable:
    """A table without cell margins left and right of its edge; an empty Spacer for no rows."""
    if not rows:
        return Spacer(1, 0)
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        *extra,
    ]
    return Table(rows, colWidths=list(widths), style=TableStyle(style), hAlign="LEFT")


def ruled(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    extra: Sequence[tuple[Any, ...]] = (),
) -> Flowable:
    """A table with a head that repeats on every page and a hair line under each row."""
    head = [Text(h, Style(size=7.5, bold=True, color=GREY)) for h in header]
    style = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, GREY),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
        *extra,
    ]
    cells = [[Text(c, VALUE) if isinstance(c, str) else c for c in row] for row in rows]
    return Table([head, *cells], colWidths=list(widths), repeatRows=1, style=TableStyle(style), hAlign="LEFT")


def class_text(card: ModelCard, key: str) -> str:
    """The class for people; its key when the card does not know it."""
    return next((c.text for c in card.classes if c.key == key), key)


def number_word(prediction: Prediction) -> str:
    """Only a calibrated output may be called a probability."""
    return "probability" if prediction.calibrated else "score"


def verdict_words(prediction: Prediction, card: ModelCard) -> tuple[str, str, Color]:
    """The call, the sentence under it, and its colour."""
    if prediction.refused:
        why = (
            " ".join(prediction.suitability.reasons)
            or "The picture is unlike those the model was trained on."
        )
        return "No call: not suitable for this model", why, REFUSED
    if prediction.verdict is Verdict.UNCERTAIN:
        return "No call: uncertain", words.why_uncertain(card, prediction), UNCERTAIN
    label = class_text(card, prediction.label)
    said = f"{number_word(prediction).capitalize()} {words.share(max(prediction.probabilities))}."
    total = malignancy(card, prediction.probabilities)
    if total is not None:
        said += f" Malignancy {words.share(total)}, threshold {card.operating_point.threshold:.2f}."
    return (
        f"Model's call: {label}",
        said,
        _CALLED_MALIGNANT if is_malignant(card, prediction.label) else _CALLED,
    )


def is_malignant(card: ModelCard, key: str) -> bool:
    """Whether the card counts the class as malignant."""
    return any(c.malignant for c in card.classes if c.key == key)


def verdict(prediction: Prediction, card: ModelCard, width: float) -> list[Flowable]:
    """The model's banner: the call in words, on colour, and the sentence that belongs to it."""
    call, said, color = verdict_words(prediction, card)
    return banner(call, (said, _of_gate(prediction)), color, width)


def _of_gate(prediction: Prediction) -> str:
    """That the reader went on against the gate, or whether the picture or this model is why it refused."""
    word = prediction.suitability
    if word.overridden:
        return " ".join(words.gate_lines(prediction))
    return words.refusal(word) if word.refusal is not None else ""


def banner(title: str, said: Sequence[str], color: Color, width: float) -> list[Flowable]:
    """A title on colour and lines under it, empty ones left out: of one size for reader and model."""
    rows = [[Text(title, Style(size=13, bold=True, color=white))]]
    rows += [[Text(line, Style(size=8.5, color=white))] for line in said if line]
    return [
        table(
            rows,
            [width],
            [
                ("BACKGROUND", (0, 0), (-1, -1), color),
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("TOPPADDING", (0, 0), (-1, 0), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
            ],
        )
    ]


def probabilities(prediction: Prediction, card: ModelCard) -> list[Flowable]:
    """A bar a class, then malignancy with its threshold; none of it where the model must not judge."""
    if prediction.refused:
        return [Text("Not shown: the model must not judge this picture.", Style(size=8.5, color=GREY))]
    point = card.operating_point
    bars = [
        Bar(class_text(card, k), p, words.share(p, 3), strong=k == prediction.label)
        for k, p in zip(prediction.keys, prediction.probabilities, strict=True)
    ]
    total = malignancy(card, prediction.probabilities)
    if total is None:
        return [Bars(bars)]
    bars.append(Bar("Malignant, all classes", total, words.share(total, 3)))
    return [Bars(bars, threshold=point.threshold, band=point.uncertain, marked=len(bars) - 1)]


def suitability(prediction: Prediction, card: ModelCard) -> list[Flowable]:
    """Score against threshold, each reason, and how often the gate is right."""
    found = prediction.suitability
    said = "Suitable" if found.suitable else "Not suitable"
    if np.isfinite(found.threshold):
        distance, limit = with_limit(found.score, found.threshold)
        said += f": distance {distance} from the training data, limit {limit}"
    else:
        said += ": this model has no limit on the distance"
    out = [Text(said + ".", VALUE), *(Text("• " + r, VALUE) for r in found.reasons)]
    if rates := words.gate_rates(card):
        out.append(Text(rates, LABEL))
    return out


def opinion(found: Opinion, width: float) -> list[Flowable]:
    """The reader's banner, as large as the model's, and the impression under it."""
    out: list[Flowable] = []
    said = _opinion_words(found)
    if found.label or found.impression or found.agrees is not None:
        title = f"Reader's opinion: {found.label}" if found.label else "Reader's opinion"
        out += banner(title, (said,), READER, width)
    elif found.reader:
        out.append(pairs([("Reader", found.reader)], width))
    if found.impression:
        out += [Spacer(1, 1.5 * mm), Text(found.impression, Style(size=9.5, color=INK))]
    return [*out, Spacer(1, 2 * mm)] if out else []


def _opinion_words(found: Opinion) -> str:
    """How sure, whether it came before the model's, what of the model's, and who."""
    agrees = {None: "", True: "Agrees with the model.", False: "Disagrees with the model."}[found.agrees]
    sure = f"{found.confidence.capitalize()}." if found.confidence else ""
    first = "Recorded before the model's answer was shown." if found.read_first else ""
    reader = f"Reader: {found.reader.rstrip('.')}." if found.reader else ""
    return " ".join(filter(None, (sure, first, agrees, reader)))


def measurements(found: Sequence[Measurement], width: float) -> Flowable:
    """The table of measurements."""
    rows = [[m.kind, m.value, m.place] for m in found]
    return ruled(("Measurement", "Value", "Place"), rows, (width * 0.25, width * 0.35, width * 0.4))
