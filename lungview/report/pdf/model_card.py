"""What a report says of the model: identity, data, figures with intervals, use and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from lungview.classify import words
from lungview.model.card import ModelCard
from lungview.report.lettering.text import Style, Text
from lungview.report.pdf.blocks import LABEL, VALUE, pairs, ruled
from lungview.report.pdf.page import GREY, INK

SMALL = Style(size=6.5, color=GREY)
SMALL_VALUE = Style(size=7.5, color=INK)
_COLUMNS = (("n", "Pictures"), *((key, head) for key, _, head in words.FIGURES))


def model_line(card: ModelCard) -> str:
    """Model, version and hash, for the foot of each page."""
    return f"Model {card.reference}" + (f" · SHA-256 {card.sha256}" if card.sha256 else "")


def model_card(card: ModelCard, width: float) -> list[Flowable]:
    """The summary: who it is, what it learned from, what it is for and what not, how good it was.

    Its hash is in the foot of every page.
    """
    rows = [
        ("Model", f"{card.name} {card.version} ({card.architecture}); {_input(card)}"),
        ("Classes", ", ".join(c.text for c in card.classes)),
        ("Trained on", card.data),
        ("Split", card.split),
        ("Intended use", card.intended_use),
        ("Limits", card.limits),
    ]
    out: list[Flowable] = [pairs(rows, width, columns=1, value=SMALL_VALUE), *_measured(card, width)]
    if not card.calibrated:
        out += [Spacer(1, 2), Text("This model is not calibrated: its numbers are scores.", VALUE)]
    return out


def _measured(card: ModelCard, width: float) -> list[Flowable]:
    """A line a set: each figure, and under it the 95 % interval."""
    sets = words.measured_sets(card)[:3]
    columns = [(key, name) for key, name in _COLUMNS if any(_has(found, key) for _, found in sets)]
    if not columns:
        return []
    name_width = 24 * mm
    widths = [name_width, *[(width - name_width) / len(columns)] * len(columns)]
    rows = [[Text(f"On {name}", LABEL), *(_figure(found, key) for key, _ in columns)] for name, found in sets]
    figures = ruled(("With 95 % CI", *(name for _, name in columns)), rows, widths)
    return [Spacer(1, 3), figures]


def _has(found: Mapping[str, Any], key: str) -> bool:
    return isinstance(found.get(key), int | float)


def _figure(found: Mapping[str, Any], key: str) -> list[Flowable]:
    if not _has(found, key):
        return []
    said = str(found[key]) if key == "n" else f"{found[key]:.3f}"
    return [Text(said, VALUE), *([Text(bounds, SMALL)] if (bounds := words.interval(found, key)) else [])]


def _input(card: ModelCard) -> str:
    if card.ensemble:
        return f"the mean of {', '.join(m.id for m in card.ensemble)}"
    said = {"body": "cropped to the body", "whole": "whole slice", "box": "the reader's box"}
    both = ", judged with its mirror image" if card.mirrored else ""
    return f"{card.input_size[0]} × {card.input_size[1]} px, {said[card.preparation]}{both}"
