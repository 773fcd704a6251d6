"""Several models as one: the mean of calibrated probabilities and of normalised heat maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lungview.classify import verdict
from lungview.classify.case import Prediction, Refusal, Seconds, Suitability
from lungview.classify.heat import heatmap
from lungview.model.card import ModelCard


def combine(card: ModelCard, each: Sequence[Prediction]) -> Prediction:
    """The members' predictions of one slice as one, judged by the ensemble's own card."""
    mean = np.mean([p.probabilities for p in each], axis=0)
    probabilities = tuple(float(p) for p in mean / mean.sum())
    word = _suitability(each)
    return Prediction(
        keys=card.keys,
        probabilities=probabilities,
        cams=_mean_maps(each),
        box=each[0].box,
        label=verdict.most_probable(card, probabilities),
        verdict=verdict.verdict(card, probabilities, word),
        suitability=word,
        model=card.reference,
        sha256=card.sha256,
        seconds=Seconds(
            prepare=sum(p.seconds.prepare for p in each), infer=sum(p.seconds.infer for p in each)
        ),
        seen=each[0].seen,
        calibrated=all(p.calibrated for p in each),
        outline=None if any(p.outline is None for p in each) else each[0].outline,
    )


def _suitability(each: Sequence[Prediction]) -> Suitability:
    """Refused when at least half of the members refuse, with their reasons.

    What the header or the picture shows, all members see alike; one member's distance from its training
    pictures is one vote. The score is the distance, in units of its own limit, that half of them reach.
    """
    half = (len(each) + 1) // 2
    words = [p.suitability for p in each]
    refused = sum(not w.suitable for w in words) >= half
    ratios = sorted((w.score / max(w.threshold, 1e-9) for w in words), reverse=True)
    return Suitability(
        suitable=not refused,
        score=ratios[half - 1],
        threshold=1.0,
        reasons=_reasons(each) if refused else (),
        overridden=refused and any(w.overridden for w in words),
        refusal=_refusal(words) if refused else None,
    )


def _refusal(words: Sequence[Suitability]) -> Refusal | None:
    """What the picture shows all members see alike; it comes before one member's distance."""
    said = [w.refusal for w in words if w.refusal is not None]
    return next((r for r in said if r is not Refusal.UNLIKE), Refusal.UNLIKE if said else None)


def _reasons(each: Sequence[Prediction]) -> tuple[str, ...]:
    """What all members say, once; what one says, with its name."""
    common = set.intersection(*(set(p.suitability.reasons) for p in each))
    told = [
        reason if reason in common else f"{p.model.split('@')[0]}: {reason}"
        for p in each
        for reason in p.suitability.reasons
    ]
    return tuple(dict.fromkeys(told))


def _mean_maps(each: Sequence[Prediction]) -> np.ndarray:
    """(classes, h, w) over the first member's box, at the finest member's resolution, read-only."""
    rows, columns = (max(p.cams.shape[axis] for p in each) for axis in (1, 2))
    onto = each[0].box
    maps = [[heatmap.resample(cam, p.box, onto, rows, columns) for cam in p.cams] for p in each]
    return heatmap.normalised(np.mean(maps, axis=0))
