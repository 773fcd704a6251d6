"""The parts of a report's page: patient, verdict, pictures, probabilities, opinion, model card."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from lungview.classify import heatmap, words
from lungview.classify.case import Prediction, Verdict
from lungview.classify.verdict import malignancy
from lungview.image.slice import Slice, Spacing
from lungview.image.window import Window
from lungview.model.card import ModelCard
from lungview.report import picture
from lungview.report.charts import Bar, Bars
from lungview.report.content import Measurement, Opinion
from lungview.report.page import GREY, INK, RULE
from lungview.report.text import Style, Text, draw_line, fitted, width_of

LABEL = Style(size=7.5, color=GREY)
VALUE = Style(size=8.5, color=INK)
SECTION = Style(size=9.5, bold=True, color=INK)
COLOUR_BAR = 26.0  # points right of a heat map; its plain neighbour leaves them free, to be as large

_CALLED_MALIGNANT = HexColor(0x8C1D18)
_CALLED = HexColor(0x1F5A3C)
UNCERTAIN = HexColor(0x8A5A00)
REFUSED = HexColor(0x4A4F57)


def section(title: str) -> list[Flowable]:
    """A heading with the room around it."""
    heading = Text(title, SECTION, after=0.8 * mm)
    heading.spaceBefore = 2.6 * mm
    heading.keepWithNext = 1
    return [heading]


def pairs(rows: Sequence[tuple[str, str]], width: float, columns: int = 2) -> Flowable:
    """Labels and values in a grid of `columns` pairs; empty values are left out."""
    value_style = dataclasses.replace(VALUE, align="left")
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
    if prediction.verdict is Verdict.NOT_SUITABLE:
        why = (
            " ".join(prediction.suitability.reasons)
            or "The picture is unlike those the model was trained on."
        )
        return "No call: not suitable for this model", why, REFUSED
    if prediction.verdict is Verdict.UNCERTAIN:
        return "No call: uncertain", _why_uncertain(prediction, card), UNCERTAIN
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


def _why_uncertain(prediction: Prediction, card: ModelCard) -> str:
    point, word = card.operating_point, number_word(prediction).capitalize()
    low, high = point.uncertain
    total = malignancy(card, prediction.probabilities)
    leader = f"{class_text(card, prediction.label)} leads with {words.share(max(prediction.probabilities))}"
    if total is None:
        return f"{leader}, not above {high:.2f}."
    if low <= total <= high:
        band = words.band(point.uncertain)
        return f"{word} of malignancy {words.share(total)}, inside the uncertain band {band}."
    side = "at or above" if total >= point.threshold else "below"
    said = f"{word} of malignancy {words.share(total)} is {side} the threshold {point.threshold:.2f}"
    return f"{said}, yet {leader}."


def verdict(prediction: Prediction, card: ModelCard, width: float) -> list[Flowable]:
    """The banner: the call in words, on colour, and the sentence that belongs to it."""
    call, said, color = verdict_words(prediction, card)
    rows = [[Text(call, Style(size=13, bold=True, color=white))], [Text(said, Style(size=8.5, color=white))]]
    suitability = prediction.suitability
    if suitability.overridden:
        rows.append(
            [Text("The suitability check was overridden by the reader.", Style(size=8.5, color=white))]
        )
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


class Picture(Flowable):  # type: ignore[misc]
    """An image of fixed width, its scale bar drawn as lines, a caption of up to two lines below.

    columns: of the slice, where `pixels` is a smaller picture of it.
    """

    CAPTION = 21.0

    def __init__(
        self,
        pixels: np.ndarray,
        size: tuple[float, float],
        *,
        spacing: Spacing | None = None,
        caption: str = "",
        lossy: bool = False,
        colour_bar: bool = False,
        beside_colour_bar: bool = False,
        columns: int = 0,
    ) -> None:
        super().__init__()
        aspect = picture.pixel_aspect(spacing)
        self.source = picture.image(pixels, aspect=aspect, lossy=lossy)
        self.width, tallest = size
        self.spacing, self.caption, self.colour_bar = spacing, caption, colour_bar
        rows, self.columns = pixels.shape[0] * aspect, pixels.shape[1]
        self.slice_columns = columns or pixels.shape[1]
        room = self.width - (COLOUR_BAR if beside_colour_bar or colour_bar else 0)
        self.scale = min(room / self.columns, tallest / rows)
        self.shown = (self.columns * self.scale, rows * self.scale)
        self.height = self.shown[1] + self.CAPTION

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        wide, tall = self.shown
        y = self.height - tall
        self.canv.drawImage(self.source, 0, y, width=wide, height=tall)
        if self.spacing:
            self._scale_bar(self.spacing, y)
        if self.colour_bar:
            _draw_colour_bar(self.canv, wide + 4, y, tall)
        lines = self.caption.splitlines()[:2]
        for i, line in enumerate(lines):
            style = Style(size=7.5, color=INK if i == 0 else GREY)
            draw_line(self.canv, 0, y - 9 - 9.5 * i, fitted(line, style, self.width), style)

    def _scale_bar(self, spacing: Spacing, y: float) -> None:
        length = picture.bar_length(spacing, self.slice_columns)
        long = length / (spacing.column * self.slice_columns) * self.shown[0]
        x = self.shown[0] - long - 8
        self.canv.setLineWidth(1.4)
        self.canv.setStrokeColor(white)
        self.canv.line(x, y + 7, x + long, y + 7)
        self.canv.setLineWidth(0.8)
        for end in (x, x + long):
            self.canv.line(end, y + 5, end, y + 9)
        text = f"{length:g} mm"
        style = Style(size=7, color=white)
        draw_line(self.canv, x + (long - width_of(text, style)) / 2, y + 11, text, style)


@lru_cache(maxsize=1)
def _colour_bar() -> Any:
    steps = np.linspace(1.0, 0.0, 128, dtype=np.float32)[:, None]
    colours = heatmap.rgba(np.repeat(steps, 2, axis=1), opacity=1.0, threshold=0.0)[..., :3]
    return picture.image(np.ascontiguousarray(colours))


def _draw_colour_bar(canvas: Any, x: float, y: float, tall: float) -> None:
    canvas.drawImage(_colour_bar(), x, y, width=7, height=tall)
    style = Style(size=6.5, color=GREY)
    for value in (0.0, 0.5, 1.0):
        draw_line(canvas, x + 9, y + (tall - 5) * value, f"{value:.1f}", style)


def window_words(slice_: Slice, window: Window) -> str:
    """What stands under the slice: "Window 1500 / −600 HU (Lung)"."""
    if slice_.colour:
        return "Colour picture, shown as stored"
    name = f" ({window.name})" if window.name else ""
    unit = f" {slice_.unit}" if slice_.unit else ""
    center = f"{window.center:g}".replace("-", "−")
    return f"Window width {window.width:g}, center {center}{unit}{name}"


def probabilities(prediction: Prediction, card: ModelCard) -> list[Flowable]:
    """A bar a class, then malignancy with its threshold; none of it where the model must not judge."""
    if prediction.verdict is Verdict.NOT_SUITABLE:
        return [Text("Not shown: the model must not judge this picture.", Style(size=8.5, color=GREY))]
    point = card.operating_point
    bars = [
        Bar(class_text(card, k), p, f"{p:.3f}", strong=k == prediction.label)
        for k, p in zip(prediction.keys, prediction.probabilities, strict=True)
    ]
    total = malignancy(card, prediction.probabilities)
    if total is None:
        return [Bars(bars)]
    bars.append(Bar("Malignant, all classes", total, f"{total:.3f}"))
    return [Bars(bars, threshold=point.threshold, band=point.uncertain, marked=len(bars) - 1)]


def suitability(prediction: Prediction) -> list[Flowable]:
    """Score against threshold, then each reason."""
    found = prediction.suitability
    words = "suitable" if found.suitable else "not suitable"
    if np.isfinite(found.threshold):
        words += f": distance {found.score:.3g} from the training data, limit {found.threshold:.3g}"
    else:
        words += ": this model has no limit on the distance"
    return [Text(words.capitalize() + ".", VALUE), *(Text("• " + r, VALUE) for r in found.reasons)]


def opinion(found: Opinion) -> list[Flowable]:
    """The reader's label, whether it was given before the model's, and the impression."""
    rows = [("Opinion", found.label), ("Reader", found.reader)]
    if found.agrees is not None:
        rows.append(("With model", "agrees" if found.agrees else "disagrees"))
    said = "recorded before the model's result was shown" if found.read_first else ""
    rows.append(("Read first", said))
    out: list[Flowable] = [pairs(rows, 178 * mm)]
    if found.impression:
        out += [Spacer(1, 1.5 * mm), Text(found.impression, Style(size=9.5, color=INK))]
    return out


def measurements(found: Sequence[Measurement], width: float) -> Flowable:
    """The table of measurements."""
    rows = [[m.kind, m.value, m.place] for m in found]
    return ruled(("Measurement", "Value", "Place"), rows, (width * 0.25, width * 0.35, width * 0.4))
