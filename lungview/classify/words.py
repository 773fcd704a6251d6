"""Fixed sentences beside an answer; generated prose persuades whether or not it is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lungview.classify.case import Prediction, Verdict
from lungview.model.card import ModelCard

NOT_A_LOCALISATION = "Regions that drove the score, not a localisation."


def error_rate(card: ModelCard) -> str:
    """How often the model was wrong on its first test set: "wrong in 4.6 % of 280 …", with the interval."""
    for name, found in card.metrics.items():
        if isinstance(found, Mapping) and isinstance(found.get("accuracy"), int | float):
            return _error_rate(name, found)
    return "How often this model is wrong has not been measured."


def _error_rate(name: str, found: Mapping[str, Any]) -> str:
    count = f" of {found['n']} pictures" if "n" in found else ""
    bounds = (found.get("ci95") or {}).get("accuracy")
    interval = ""
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        interval = f" (95 % CI {_percent(1 - bounds[1])}–{_percent(1 - bounds[0])} %)"
    wrong = _percent(1 - float(found["accuracy"]))
    return f"On its set “{name}” this model was wrong in {wrong} %{count}{interval}."


def _percent(fraction: float) -> str:
    return f"{100 * max(fraction, 0.0):.1f}"


def number_word(prediction: Prediction) -> str:
    """What its numbers may be called: only a calibrated output is a probability."""
    return "Probability" if prediction.calibrated else "Score"


def verdict(card: ModelCard, prediction: Prediction) -> str:
    """The headline of an answer."""
    if prediction.verdict is Verdict.NOT_SUITABLE:
        return "Not suitable for this model"
    text = next((c.text for c in card.classes if c.key == prediction.label), prediction.label)
    return f"Uncertain (leading: {text})" if prediction.verdict is Verdict.UNCERTAIN else text


_FIGURES = (
    ("accuracy", "accuracy"),
    ("macro_f1", "macro F1"),
    ("auc", "AUC"),
    ("auc_cancer", "AUC of cancer against normal"),
    ("sensitivity", "sensitivity"),
    ("specificity", "specificity"),
    ("ece", "ECE"),
    ("refused", "share refused by the gate"),
)


def measured_sets(card: ModelCard) -> list[tuple[str, Mapping[str, Any]]]:
    """The data sets the card has figures of, by a name to read, in the card's order."""
    found = card.metrics.items()
    return [(name.replace("_", " "), of) for name, of in found if isinstance(of, Mapping)]


def figures(found: Mapping[str, Any]) -> str:
    """One test set in a line: "n = 280, accuracy 0.954 (0.920–0.970), …", 95 % intervals in brackets."""
    parts = [f"n = {found['n']}"] if "n" in found else []
    intervals = found.get("ci95")
    intervals = intervals if isinstance(intervals, Mapping) else {}
    for key, word in _FIGURES:
        if isinstance(found.get(key), int | float):
            parts.append(f"{word} {found[key]:.3f}{_bounds(intervals.get(key))}")
    return ", ".join(parts)


def _bounds(bounds: Any) -> str:
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        return ""
    return f" ({bounds[0]:.3f}–{bounds[1]:.3f})"
