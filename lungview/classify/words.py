"""Fixed sentences beside an answer; generated prose persuades whether or not it is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lungview.classify.case import Prediction, Refusal, Suitability, Verdict
from lungview.classify.verdict import malignancy
from lungview.intervals import wilson
from lungview.model.card import ModelCard

NOT_A_LOCALISATION = "Regions that drove the score, not a localisation."
OVERRIDDEN = "overridden by the reader"
_AGAINST = "A judgement against the check is recorded and said in every output."
_INSTEAD = {
    None: "Read this picture without the model, or ask another model.",
    Refusal.NO_LUNG: (
        "Read this picture without the model, or open an axial CT slice with lung on it, whole and as the "
        "scanner made it."
    ),
    Refusal.NO_NODULE: "Draw the box close around one nodule, or read this picture without the model.",
    Refusal.UNLIKE: (
        "Read this slice without this model, or ask another one or the second reader (findings): the slice "
        "may be sound, but its scanner, dose or reconstruction is not one that this model learnt from."
    ),
}


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


def _percent(fraction: float) -> str:
    return f"{100 * max(fraction, 0.0):.1f}"


_REFUSALS = {
    None: "Not suitable for this model.",
    Refusal.NO_LUNG: "Not suitable for this model: not a CT slice with lung.",
    Refusal.NO_NODULE: "Not suitable for this model: no nodule to judge.",
    Refusal.UNLIKE: (
        "Not suitable for this model: it was made for pictures unlike this one. "
        "The second reader (findings) still answers."
    ),
}


def refusal(word: Suitability) -> str:
    """Why there is no answer, in a sentence: the picture, or this one model."""
    return _REFUSALS[word.refusal]


def what_to_do(word: Suitability) -> str:
    """What a reader can do after a refusal; it asks for nothing that the picture already is."""
    return f"{_INSTEAD[word.refusal]} {_AGAINST}"


def gate_lines(prediction: Prediction) -> tuple[str, ...]:
    """What an output must say of the gate: nothing of a suitable picture, else a sentence and each reason."""
    word = prediction.suitability
    if word.suitable and not prediction.refused:
        return ()
    said = f"The suitability check was {OVERRIDDEN}." if word.overridden else refusal(word)
    return (said, *(f"Reason: {reason}." for reason in word.reasons))


def verdict_line(prediction: Prediction) -> str:
    """The verdict in a table's cell: "called", "not suitable: no lungs", "called, overridden by the …: …"."""
    word = prediction.suitability
    said = f"{prediction.verdict}, {OVERRIDDEN}" if word.overridden else str(prediction.verdict)
    return f"{said}: {'; '.join(word.reasons)}" if word.reasons else said


def number_word(prediction: Prediction) -> str:
    """What its numbers may be called: only a calibrated output is a probability."""
    return "Probability" if prediction.calibrated else "Score"


def why_uncertain(card: ModelCard, prediction: Prediction) -> str:
    """Why there is no call although a class leads: which number, against which limit, and what they mean."""
    point, word = card.operating_point, number_word(prediction)
    low, high = point.uncertain
    text = next((c.text for c in card.classes if c.key == prediction.label), prediction.label)
    leader = f"{text} leads with {share(max(prediction.probabilities))}"
    total = malignancy(card, prediction.probabilities)
    if total is None:
        return f"{leader}, not above {limit(high)}, which this model needs for a call."
    said = f"{word} of malignancy {share(total)}"
    if low <= total <= high:
        return (
            f"{said}, inside the uncertain band {band(point.uncertain)}. {leader}, but there this model "
            f"makes no call: it calls below {limit(low)} or above {limit(high)} of malignancy only."
        )
    side = "at or above" if total >= point.threshold else "below"
    return f"{said} is {side} the threshold {point.threshold:.2f}, yet {leader}: they disagree, so no call."


def verdict(card: ModelCard, prediction: Prediction) -> str:
    """The headline of an answer."""
    if prediction.refused:
        return "Not suitable for this model"
    text = next((c.text for c in card.classes if c.key == prediction.label), prediction.label)
    return f"Uncertain (leading: {text})" if prediction.verdict is Verdict.UNCERTAIN else text


_OF_ONE_CLASS = ("auc", "auc_cancer", "sensitivity", "specificity")
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
    """The 95 % interval of a figure: "0.920–0.970"; empty when the set has none.

    A bootstrap of a figure that is 1 in every draw gives 1 to 1, which is no interval: there Wilson's of as
    many groups as the figure is of stands.
    """
    intervals = found.get("ci95")
    bounds = intervals.get(key) if isinstance(intervals, Mapping) else None
    if not isinstance(bounds, list | tuple) or len(bounds) != 2 or None in bounds:
        return ""
    low, high = bounds
    if low == high and isinstance(found.get("n"), int | float):
        low, high = wilson(float(found[key]), _groups(found, key))
    return f"{low:.3f}–{high:.3f}"


def _groups(found: Mapping[str, Any], key: str) -> float:
    """About how many independent groups a figure is of: of the rarer class for those that need both."""
    counts = [c["n"] for c in (found.get("per_class") or {}).values() if c.get("n")]
    rarest = min(counts, default=found["n"]) if key in _OF_ONE_CLASS else found["n"]
    return max(1.0, float(rarest) * float(found.get("groups", found["n"])) / float(found["n"]))


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
