"""The suitability gate: how far what a picture shows may be from what the network was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

# Directions kept of the pooled feature, and those of them in which the classes' spread is estimated one by
# one: enough to tell strangers, few enough to estimate from ~500 pictures.
MOST_DIRECTIONS = 128
MOST_SPREADS = 64
RESIDUAL = 64
SHRINKAGE = 0.1
LEAST_VARIANCE = 1e-12  # where all pictures are alike
# The share of familiar (validation) pictures that must pass, and how much farther a new one may be. Wide: who
# only looks unusual is for `grain` to tell; here the strangers are photographs and other parts of the body.
PASSES = 1.0
SPARE = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What the training pictures show, in the leading directions of their embeddings and a few for the rest.

    centre: (k,) their mean. basis: (k, r + s): r leading directions, orthonormal; s random ones that stand
    for what these leave out, in units of its usual size. whiten: (r, r). means: (m, r + s), of each class,
    whitened.
    """

    centre: np.ndarray
    basis: np.ndarray
    whiten: np.ndarray
    means: np.ndarray

    @property
    def leading(self) -> int:
        """How many leading directions there are."""
        return len(self.whiten)


def fit(embeddings: np.ndarray, labels: np.ndarray) -> Space:
    """The space of the embeddings (n, k) of training pictures; labels: (n,) ints, a negative one is a class.

    Its distance is Mahalanobis in the within-class covariance (Lee et al. 2018), shrunk, over MOST_SPREADS
    directions, plus all others as one isotropic residual: that is what sees strangers whose features leave
    the training plane. Random directions stand for most of the residual (its norm to about 9 %): a full
    matrix would weigh more than a small network.
    """
    e = embeddings.astype(np.float64)
    names, which = np.unique(labels, return_inverse=True)
    centre = e.mean(axis=0)
    _, singular, directions = np.linalg.svd(e - centre, full_matrices=False)
    spanned = int((singular > 1e-9 * singular[0]).sum())  # none, when all pictures are alike
    leading = directions[: max(1, min(MOST_DIRECTIONS, spanned))].T
    along = (e - centre) @ leading
    means = np.stack([along[which == i].mean(axis=0) for i in range(len(names))])
    freedom = max(len(e) - len(names), 1)
    within = along - means[which]
    variance, axes = np.linalg.eigh(within.T @ within / freedom)
    variance, axes = variance[::-1], axes[:, ::-1]
    total = float(((e - centre) ** 2).sum() - (means[which] ** 2).sum()) / freedom
    r = min(MOST_SPREADS, len(variance))
    kept = (1 - SHRINKAGE) * variance[:r] + SHRINKAGE * variance[:r].mean()
    rest = _residual(total, float(variance[:r].sum()), r, e.shape[1])
    variances = np.concatenate([kept, np.full(len(variance) - r, rest)])
    whiten = axes / np.sqrt(np.maximum(variances, LEAST_VARIANCE))
    random = np.random.default_rng(0).standard_normal((e.shape[1], RESIDUAL)) / np.sqrt(RESIDUAL)
    random -= leading @ (leading.T @ random)
    basis = np.concatenate([leading, random / np.sqrt(rest)], axis=1)
    # The class means lie within the leading directions, all but a little that is left to the residual.
    placed = np.concatenate([means @ whiten, np.zeros((len(means), RESIDUAL))], axis=1)
    return Space(*(part.astype(np.float32) for part in (centre, basis, whiten, placed)))


def _residual(total: float, explained: float, r: int, k: int) -> float:
    """The variance of one direction of those that are not estimated one by one."""
    return max((total - explained) / max(k - r, 1), total / k * 1e-3, LEAST_VARIANCE)


def coordinates(space: Space, e: Any) -> Any:
    """(n, r + s): where embeddings (n, k) are along the directions of the space, from its centre."""
    return ops.matmul(e - space.centre[None], ops.convert_to_tensor(space.basis))


def distance(space: Space, found: Any) -> Any:
    """(n,): the distance of coordinates (n, r + s) to the nearest class mean."""
    along, rest = found[:, : space.leading], found[:, space.leading :]
    white = ops.concatenate([ops.matmul(along, ops.convert_to_tensor(space.whiten)), rest], axis=-1)
    return nearest(white, space.means)


def nearest(found: Any, points: np.ndarray) -> Any:
    """(n,): the Euclidean distance of each (n, k) to the nearest of the points (m, k)."""
    away = ops.expand_dims(found, 1) - points[None]
    return ops.sqrt(ops.min(ops.sum(away * away, axis=-1), axis=-1))


def distances(space: Space, embeddings: np.ndarray) -> np.ndarray:
    """(n,): `distance` of embeddings (n, k), as the exported graph computes it."""
    return np.asarray(distance(space, coordinates(space, embeddings.astype(np.float32))))


def threshold(familiar: np.ndarray, passes: float = PASSES) -> float:
    """The distance below which `passes` of the familiar pictures lie, with a tenth to spare.

    familiar: distances of validation pictures (never of training ones: the fit has seen those).
    """
    return float(np.quantile(familiar, passes) * SPARE)
