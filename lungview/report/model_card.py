"""What a report says of the model: identity, data, figures with intervals, use and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.platypus import Flowable, Spacer

from lungview.model.card import ModelCard
from lungview.report.blocks import VALUE, pairs
from lungview.report.text import Text

_FIGURES = (
    ("accuracy", "accuracy"),
    ("macro_f1", "macro F1"),
    ("auc", "AUC"),
    ("sensitivity", "sensitivity"),
    ("specificity", "specificity"),
    ("ece", "ECE"),
)


def model_line(card: ModelCard) -> str:
    """Model, version and hash, for the foot of each page."""
    return f"Model {card.reference}" + (f" · SHA-256 {card.sha256}" if card.sha256 else "")


def model_card(card: ModelCard, width: float) -> list[Flowable]:
    """The summary: who it is, what it learned from, how good it was, what it is for and what not."""
    rows = [
        ("Model", f"{card.name} {card.version} ({card.architecture})"),
        ("Input", f"{card.input_size[0]} × {card.input_size[1]} px, {_preparation(card)}"),
        ("Classes", ", ".join(c.text for c in card.classes)),
        ("SHA-256", card.sha256),
        ("Trained on", card.data),
        ("Split", card.split),
        *((f"On {name}", figures(found)) for name, found in _tests(card.metrics)),
        ("Intended use", card.intended_use),
        ("Limits", card.limits),
    ]
    out: list[Flowable] = [pairs(rows, width, columns=1)]
    if not card.calibrated:
        out += [Spacer(1, 2), Text("This model is not calibrated: its numbers are scores.", VALUE)]
    return out


def _preparation(card: ModelCard) -> str:
    words = {"body": "cropped to the body", "whole": "whole slice", "box": "the reader's box"}
    return words[card.preparation]


def _tests(metrics: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, found) for name, found in metrics.items() if isinstance(found, Mapping)][:3]


def figures(found: Mapping[str, Any]) -> str:
    """One test set in a line: "n = 280, accuracy 0.954 (0.92–0.97), …"."""
    parts = [f"n = {found['n']}"] if "n" in found else []
    intervals = found.get("ci95") or {}
    for key, word in _FIGURES:
        if isinstance(found.get(key), int | float):
            parts.append(f"{word} {found[key]:.3f}{_interval(intervals.get(key))}")
    return ", ".join(parts)


def _interval(bounds: Any) -> str:
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        return ""
    return f" ({bounds[0]:.3f}–{bounds[1]:.3f})"
