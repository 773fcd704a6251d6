"""What a report says of the model: identity, data, figures with intervals, use and limits."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from lungview.classify import words
from lungview.model.card import ModelCard
from lungview.report.blocks import VALUE, pairs
from lungview.report.text import Text


def model_line(card: ModelCard) -> str:
    """Model, version and hash, for the foot of each page."""
    return f"Model {card.reference}" + (f" · SHA-256 {card.sha256}" if card.sha256 else "")


def model_card(card: ModelCard, width: float) -> list[Flowable]:
    """The summary: who it is, what it learned from, how good it was, what it is for and what not."""
    rows = [
        ("Model", f"{card.name} {card.version} ({card.architecture})"),
        ("Input", _input(card)),
        ("Classes", ", ".join(c.text for c in card.classes)),
        ("SHA-256", card.sha256),
        ("Trained on", card.data),
        ("Split", card.split),
        *((f"On {name}", words.figures(found)) for name, found in words.measured_sets(card)[:3]),
        ("Suitability", words.gate_rates(card)),
        ("Intended use", card.intended_use),
        ("Limits", card.limits),
    ]
    out: list[Flowable] = [pairs(rows, width, columns=1)]
    if not card.calibrated:
        out += [Spacer(1, 2), Text("This model is not calibrated: its numbers are scores.", VALUE)]
    return out


def _input(card: ModelCard) -> str:
    if card.ensemble:
        return f"that of its members: {', '.join(m.id for m in card.ensemble)}"
    said = {"body": "cropped to the body", "whole": "whole slice", "box": "the reader's box"}
    both = ", judged with its mirror image" if card.mirrored else ""
    return f"{card.input_size[0]} × {card.input_size[1]} px, {said[card.preparation]}{both}"
