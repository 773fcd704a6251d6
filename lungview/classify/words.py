"""Fixed sentences beside an answer; generated prose persuades whether or not it is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lungview.classify.case import Prediction, Verdict
from lungview.model.card import ModelCard

NOT_A_LOCALISATION = "Regions that drove the score, not a localisation."
OVERRIDDEN = "overridden by the reader"


def heat_map(card: ModelCard) -> str:
    """What a heat map of the model is, and is not."""
    if not card.ensemble:
        return NOT_A_LOCALISATION
    names = ", ".join(m.id for m in card.ensemble)
    return f"{NOT_A_LOCALISATION} Mean of the heat maps of {names}, brought to one size."


def suitability_rule(card: ModelCard) -> str:
    """How an ensemble's gate decides; empty for a single model."""
    return "Not suitable when at least half of its members say so." if card.ensemble else ""


def gate_rates(card: ModelCard) -> str:
    """How often the gate is right on either side: its own test pictures, and pictures it must refuse."""
    sets = [found for _, found in measured_sets(card)]
    parts = []
    own = next((f for f in sets if isinstance(f.get("refused"), int | float)), None)
    if own is not None:
        parts.append(f"lets {_percent(1 - own['refused'])} % of {own.get('n', '?')} own test pictures pass")
    other = next((f["unsuitable"] for f in sets if isinstance(f.get("unsuitable"), Mapping)), None)
    if other is not None:
        parts.append(f"refuses {_percent(other['refused'])} % of {other['n']} unsuitable ones")
    return f"The gate {' and '.join(parts)}." if parts else ""


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


def gate_lines(prediction: Prediction) -> tuple[str, ...]:
    """What an output must say of the gate: nothing of a suitable picture, else a sentence and each reason."""
    word = prediction.suitability
    if word.suitable and not prediction.refused:
        return ()
    said = f"The suitability check was {OVERRIDDEN}." if word.overridden else "Not suitable for this model."
    return (said, *(f"Reason: {reason}." for reason in word.reasons))


def verdict_line(prediction: Prediction) -> str:
    """The verdict in a table's cell: "called", "not suitable: no lungs", "called, overridden by the …: …"."""
    word = prediction.suitability
    said = f"{prediction.verdict}, {OVERRIDDEN}" if word.overridden else str(prediction.verdict)
    return f"{said}: {'; '.join(word.reasons)}" if word.reasons else said


def number_word(prediction: Prediction) -> str:
    """What its numbers may be called: only a calibrated output is a probability."""
    return "Probability" if prediction.calibrated else "Score"


def verdict(card: ModelCard, prediction: Prediction) -> str:
    """The headline of an answer."""
    if prediction.refused:
        return "Not suitable for this model"
    text = next((c.text for c in card.classes if c.key == prediction.label), prediction.label)
    return f"Uncertain (leading: {text})" if prediction.verdict is Verdict.UNCERTAIN else text


# A figure's key in the card, what it is called in a sentence, and over a column.
FIGURES = (
    ("accuracy", "accuracy", "Accuracy"),
    ("macro_f1", "macro F1", "Macro F1"),
    ("auc", "AUC", "AUC"),
    ("auc_cancer", "AUC of malignant against the rest", "Cancer AUC"),
    ("sensitivity", "sensitivity", "Sensitivity"),
    ("specificity", "specificity", "Specificity"),
    ("ece", "ECE", "ECE"),
    ("refused", "share refused by the gate", "Refused"),
)


def measured_sets(card: ModelCard) -> list[tuple[str, Mapping[str, Any]]]:
    """The data sets the card has figures of, by a name to read, in the card's order."""
    found = card.metrics.items()
    return [(name.replace("_", " "), of) for name, of in found if isinstance(of, Mapping)]


def figures(found: Mapping[str, Any]) -> str:
    """One test set in a line: "n = 280, accuracy 0.954 (0.920–0.970), …", 95 % intervals in brackets."""
    parts = [f"n = {found['n']}"] if "n" in found else []
    for key, word, _ in FIGURES:
        if isinstance(found.get(key), int | float):
            bounds = interval(found, key)
            parts.append(f"{word} {found[key]:.3f}" + (f" ({bounds})" if bounds else ""))
    return ", ".join(parts)


def interval(found: Mapping[str, Any], key: str) -> str:
    """The 95 % interval of a figure: "0.920–0.970"; empty when the set has none."""
    intervals = found.get("ci95")
    bounds = intervals.get(key) if isinstance(intervals, Mapping) else None
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        return ""
    return f"{bounds[0]:.3f}–{bounds[1]:.3f}"


def band(ends: tuple[float, float]) -> str:
    """The uncertain band, with the digits it takes not to round an end to 0 or 1: "0.003–0.996"."""
    return "–".join(f"{end:.{_digits(*ends)}f}" for end in ends)


def limit(value: float) -> str:
    """One end of the band, with as many digits as that takes: "0.60", "0.996"."""
    return f"{value:.{_digits(value)}f}"


def _digits(*ends: float) -> int:
    inner = [end for end in ends if 0 < end < 1]
    return next((n for n in (2, 3) if all(0 < round(end, n) < 1 for end in inner)), 4)


def share(value: float, digits: int = 2) -> str:
    """A probability in [0, 1] that never claims certainty: "0.97", "> 0.99", "< 0.01"."""
    least = 10.0**-digits
    if value >= 1 - least / 2:
        return f"> {1 - least:.{digits}f}"
    return f"{value:.{digits}f}" if value >= least / 2 else f"< {least:.{digits}f}"
