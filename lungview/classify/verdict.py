"""Verdict: from probabilities to a call, by the card's operating point and its uncertain band."""

from __future__ import annotations

from collections.abc import Sequence

from lungview.classify.case import Suitability, Verdict
from lungview.model.card import ModelCard


def malignancy(card: ModelCard, probabilities: Sequence[float]) -> float | None:
    """Probability of malignancy: the sum over malignant classes, in [0, 1].

    None when the card has only malignant classes, or none: then it tells kinds apart, not malignancy.
    """
    malignant = [c.malignant for c in card.classes]
    if all(malignant) or not any(malignant):
        return None
    return float(sum(p for p, m in zip(probabilities, malignant, strict=True) if m))


def most_probable(card: ModelCard, probabilities: Sequence[float]) -> str:
    """Key of the most probable class; of equals the first in the card's order."""
    return card.keys[max(range(len(card.keys)), key=lambda i: probabilities[i])]


def verdict(card: ModelCard, probabilities: Sequence[float], suitability: Suitability) -> Verdict:
    """Whether the most probable class is a call.

    NOT_SUITABLE: the gate refused and the reader did not override it. UNCERTAIN: the probability of
    malignancy is inside the card's band, or the operating point and the most probable class disagree
    (0.45 malignant in all, above a threshold of 0.3, while "normal" leads with 0.55: no call).
    """
    if not suitability.suitable and not suitability.overridden:
        return Verdict.NOT_SUITABLE
    return Verdict.CALLED if _certain(card, probabilities) else Verdict.UNCERTAIN


def _certain(card: ModelCard, probabilities: Sequence[float]) -> bool:
    point = card.operating_point
    low, high = point.uncertain
    total = malignancy(card, probabilities)
    if total is None:
        # Nothing to weigh malignancy against: the leading class must clear the band by itself.
        return max(probabilities) > high
    if low <= total <= high:
        return False
    leads = {c.key: c.malignant for c in card.classes}[most_probable(card, probabilities)]
    return leads == (total >= point.threshold)
