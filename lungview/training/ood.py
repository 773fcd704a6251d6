"""The suitability gate: how far a picture may be from what the network was trained on."""

from __future__ import annotations

import numpy as np

# Directions kept of the pooled feature: enough to tell strangers, few enough to estimate from ~500 pictures.
MOST_DIRECTIONS = 64
RESIDUAL = 128
SHRINKAGE = 0.1
# The share of familiar (validation) pictures that must pass, and how much farther a new one may be. Wide: who
# only looks unusual is for `grain` to tell; here the strangers are photographs and other parts of the body.
PASSES = 1.0
SPARE = 1.1


def fit(
    embeddings: np.ndarray, labels: np.ndarray, directions: int = MOST_DIRECTIONS
) -> tuple[np.ndarray, np.ndarray]:
    """(means, projection) of the distance |(e − mean) · projection| to the nearest class mean.

    embeddings: (n, k) of training pictures; labels: (n,) ints, any negative one is a class of its own.
    means: (m, k); projection: (k, r + RESIDUAL). Mahalanobis in the within-class covariance (Lee et al.
    2018), over its leading r directions, shrunk, plus the rest as one isotropic residual: that is what sees
    strangers whose features leave the training plane. Random directions stand for the residual (its norm to
    about 6 %): a full matrix would weigh more than a small network.
    """
    e = embeddings.astype(np.float64)
    names = np.unique(labels)
    means = np.stack([e[labels == name].mean(axis=0) for name in names])
    centred = e - means[np.searchsorted(names, labels)]
    _, singular, basis = np.linalg.svd(centred, full_matrices=False)
    variance = singular**2 / max(len(e) - len(names), 1)
    r = min(directions, len(variance))
    kept = (1 - SHRINKAGE) * variance[:r] + SHRINKAGE * variance[:r].mean()
    rest = _residual(variance, r, e.shape[1])
    lead = basis[:r].T
    random = np.random.default_rng(0).standard_normal((e.shape[1], RESIDUAL)) / np.sqrt(RESIDUAL)
    random -= lead @ (lead.T @ random)
    projection = np.concatenate([lead / np.sqrt(kept), random / np.sqrt(rest)], axis=1)
    return means.astype(np.float32), projection.astype(np.float32)


def _residual(variance: np.ndarray, r: int, k: int) -> float:
    left = float(variance[r:].sum()) / max(k - r, 1)
    return max(left, float(variance.mean()) * 1e-3, 1e-12)


def distances(means: np.ndarray, projection: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    """(n,) distance of each embedding to the nearest mean, as the exported graph computes it."""
    away = (embeddings @ projection)[:, None] - (means @ projection)[None]
    return np.asarray(np.sqrt((away**2).sum(axis=-1).min(axis=1)))


def threshold(familiar: np.ndarray, passes: float = PASSES) -> float:
    """The distance below which `passes` of the familiar pictures lie, with a tenth to spare.

    familiar: distances of validation pictures (never of training ones: the fit has seen those).
    """
    return float(np.quantile(familiar, passes) * SPARE)
