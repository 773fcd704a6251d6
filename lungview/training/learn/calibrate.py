"""From validation pictures, never from a test part: temperature, operating point, uncertain band."""

from __future__ import annotations

import numpy as np

from lungview.model.card import OperatingPoint

TEMPERATURES = (0.25, 8.0)
# The band holds this share of the validation pictures: what a reader is asked to look at again.
UNCERTAIN_SHARE = 0.1


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """(n, C) probabilities."""
    z = logits.astype(np.float64) / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def negative_log_likelihood(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean of -log of the probability that the label admits, nats; a partial label admits several classes."""
    return float(-np.log(np.clip((probabilities * (targets > 0)).sum(axis=1), 1e-12, None)).mean())


def temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood, within TEMPERATURES (Guo et al. 2017).

    logits: (n, C), or log-probabilities. Few validation pictures without an error would drive it to 0:
    one half error of average loss is added, which keeps it finite.
    """
    low, high = (float(np.log(t)) for t in TEMPERATURES)
    candidates = np.linspace(low, high, 400)
    losses = [_smoothed(softmax(logits, float(np.exp(c))), targets) for c in candidates]
    return float(np.exp(candidates[int(np.argmin(losses))]))


def _smoothed(probabilities: np.ndarray, targets: np.ndarray) -> float:
    # Half a picture, as certain as the average one, that was labelled wrongly.
    n = len(targets)
    leading = float(np.clip(1 - probabilities.max(axis=1), 1e-12, None).mean())
    return (n * negative_log_likelihood(probabilities, targets) - 0.5 * float(np.log(leading))) / (n + 0.5)


def operating_point(malignancy: np.ndarray, cancer: np.ndarray) -> OperatingPoint:
    """Threshold with the greatest sensitivity + specificity, and the uncertain band about it.

    malignancy: (n,) probability of malignancy of validation pictures. Of equal thresholds the middle of the
    widest gap. The band is the narrowest, even in log-odds, that holds UNCERTAIN_SHARE of the pictures.
    """
    if cancer.all() or not cancer.any():
        return OperatingPoint()
    threshold = _best_threshold(malignancy.astype(np.float64), cancer.astype(bool))
    away = np.abs(_logit(malignancy) - _logit(np.array(threshold)))
    half = max(float(np.quantile(away, UNCERTAIN_SHARE)), 0.1)
    low, high = (1 / (1 + np.exp(-(_logit(np.array(threshold)) + side * half))) for side in (-1, 1))
    return OperatingPoint(round(threshold, 4), (round(float(low), 4), round(float(high), 4)))


def _best_threshold(scores: np.ndarray, cancer: np.ndarray) -> float:
    values = np.unique(np.concatenate([[0.0], scores, [1.0]]))
    middles = (values[1:] + values[:-1]) / 2
    called = scores[None, :] >= middles[:, None]
    merit = called[:, cancer].mean(axis=1) - called[:, ~cancer].mean(axis=1)
    best = np.flatnonzero(merit >= merit.max() - 1e-12)
    return float(middles[best[int(np.argmax(np.diff(values)[best]))]])


def _logit(p: np.ndarray) -> np.ndarray:
    p = np.clip(p.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)))
