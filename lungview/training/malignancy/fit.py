"""Fit the judge: descriptors of the program's own outlines against readers' ratings of malignancy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.errors import NoNodule
from lungview.nodules.descriptors import descriptors
from lungview.nodules.judge import Judge
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.segment import outline
from lungview.training.malignancy.outlines import clicks
from lungview.training.malignancy.vois import Voi
from lungview.training.measure.metrics import dice

# A rating is an opinion: what share of such nodules is taken as malignant.
TARGETS = {1: 0.02, 2: 0.1, 3: 0.5, 4: 0.9, 5: 0.98}
SIZES = ("log_long", "log_short", "log_height", "log_volume")
SIZE_FREEDOM = 3.0  # how much less the sizes are shrunk than the rest: they are known to matter
STRENGTH = 0.01
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One click on one nodule. overlap: Dice of the program's outline and the readers'."""

    voi: Voi = field(repr=False)
    described: dict[str, float] = field(repr=False)
    overlap: float


def see(vois: Sequence[Voi], count: int = 0, seed: int = 0) -> tuple[list[Seen], list[str]]:
    """Outline each nodule from its centre and `count` other clicks: what was seen, the keys refused."""
    rng = np.random.default_rng(seed)
    found, refused = [], []
    for voi in vois:
        for at in clicks(voi, rng, count):
            try:
                own = outline(voi.hu, voi.spacing_mm, at)
            except NoNodule:
                refused.append(voi.key)
                continue
            found.append(Seen(voi, descriptors(Nodule(voi.hu, own)), dice(own.whole(), voi.mask)))
    return found, refused


def fit(seen: Sequence[Seen]) -> Judge:
    """Logistic regression on ratings as shares, all ratings in it; ridge, the sizes freer than the rest."""
    names = tuple(seen[0].described)
    x = np.array([[s.described[n] for n in names] for s in seen])
    share = np.array([TARGETS[s.voi.malignancy] for s in seen])
    low, high = np.percentile(x, (1, 99), axis=0)
    x = np.clip(x, low, high)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    scale = scale / np.where(np.isin(names, SIZES), SIZE_FREEDOM, 1.0)
    weights, offset = _logistic((x - mean) / scale, share, STRENGTH)
    weights = weights / scale
    return Judge(names, low, high, weights, float(offset - mean @ weights))


def _logistic(x: np.ndarray, share: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    from scipy.optimize import minimize  # of the extra `train`; measuring does without

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ parameters[1:] + parameters[0]
        away = 1 / (1 + np.exp(-z)) - share
        penalty = parameters[1:] / strength
        value = float(np.sum(np.logaddexp(0, z) - share * z) + penalty @ parameters[1:] / 2)
        return value, np.concatenate([[away.sum()], x.T @ away + penalty])

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x  # type: ignore[no-untyped-call]
    return found[1:], float(found[0])


def calibrated(judge: Judge, logits: np.ndarray, malignant: np.ndarray) -> Judge:
    """The judge with its log odds stretched and moved to fit what was seen of nodules it had not learned."""
    weights, offset = _logistic(logits[:, None], malignant.astype(float), 1e6)
    scale = float(weights[0])
    return Judge(judge.names, judge.low, judge.high, judge.weights * scale, judge.offset * scale + offset)


def held_out(seen: Sequence[Seen], seed: int = 0) -> np.ndarray:
    """Log odds of each nodule from a judge fitted without its patient: five folds by patient."""
    patients = sorted({s.voi.patient for s in seen})
    order = np.random.default_rng(seed).permutation(len(patients)) % FOLDS
    fold = dict(zip(patients, order, strict=True))
    logits = np.zeros(len(seen))
    for k in range(FOLDS):
        judge = fit([s for s in seen if fold[s.voi.patient] != k])
        for i, s in enumerate(seen):
            if fold[s.voi.patient] == k:
                logits[i] = judge.logit(s.described)
    return logits
