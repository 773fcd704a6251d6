"""Several models as one: the mean of calibrated probabilities and of normalised heat maps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from lungview.classify import heatmap, verdict
from lungview.classify.case import Prediction, Seconds, Suitability
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
        # No file of its own: the hash of the members' hashes, in order, says exactly what answered.
        sha256=hashlib.sha256("".join(p.sha256 for p in each).encode()).hexdigest(),
        seconds=Seconds(
            prepare=sum(p.seconds.prepare for p in each), infer=sum(p.seconds.infer for p in each)
        ),
        seen=each[0].seen,
        calibrated=all(p.calibrated for p in each),
    )


def _suitability(each: Sequence[Prediction]) -> Suitability:
    """Refused when any member refuses; the score is the largest distance in units of its own limit."""
    words = [p.suitability for p in each]
    reasons = tuple(dict.fromkeys(r for w in words for r in w.reasons))
    return Suitability(
        suitable=all(w.suitable for w in words),
        score=max(w.score / max(w.threshold, 1e-9) for w in words),
        threshold=1.0,
        reasons=reasons,
        overridden=any(w.overridden for w in words),
    )


def _mean_maps(each: Sequence[Prediction]) -> np.ndarray:
    """(classes, h, w) over the first member's box, at the finest member's resolution, read-only."""
    rows, columns = (max(p.cams.shape[axis] for p in each) for axis in (1, 2))
    onto = each[0].box
    maps = [[heatmap.resample(cam, p.box, onto, rows, columns) for cam in p.cams] for p in each]
    return heatmap.normalised(np.mean(maps, axis=0))
