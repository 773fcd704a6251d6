"""Rounding weights to 8 bits so that what a layer gives for real pictures changes least.

Rounding each weight to its nearest step makes an error that is the same for every picture, and where a heat
map is the small difference of large sums that error is all one sees. Here every weight is rounded with the
errors of those before it in view, against the second moments of what the layer sees: GPTQ (Frantar et al.
2023), written as the nearest-plane algorithm (Babai 1986) it is equal to.
"""

from __future__ import annotations

import numpy as np

MOST = 127  # steps to either side of zero
DAMPING = 0.01  # of the mean second moment: what was seldom seen may still come
BLOCK = 128  # columns rounded between two matrix products


def steps(weights: np.ndarray) -> np.ndarray:
    """(n,) float32: the step of each output's weights, so that its largest is MOST of them.

    weights: (n, k). An output of zeros has the step 1.
    """
    largest = np.abs(weights).max(axis=1).astype(np.float32)
    return np.asarray(np.where(largest > 0, largest / np.float32(MOST), np.float32(1)))


def rounded(weights: np.ndarray, step: np.ndarray, seen: np.ndarray | None = None) -> np.ndarray:
    """(n, k) int8: the weights in steps.

    weights: (n, k) float32, a row an output. step: (n,). seen: (k, k), the mean of x xᵀ over inputs x of the
    layer; the squared error of the outputs over those inputs is kept small. None: each to its nearest step.
    """
    factor = None if seen is None else _factor(seen)
    if factor is None:
        return _nearest(weights / step[:, None]).astype(np.int8)
    order, upper = factor
    found = np.empty(weights.shape, np.int8)
    found[:, order] = _nearest_plane(weights[:, order].astype(np.float32), step, upper)
    return found


def _nearest(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(values), -MOST, MOST))


def _factor(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The order of inputs by strength, and the upper Cholesky factor of their damped second moments."""
    mean = float(np.trace(seen)) / len(seen)
    if not mean > 0:
        return None  # nothing but zeros came in: every rounding is as good
    order = np.argsort(
        np.diag(seen)
    )  # the strongest last: it is rounded first, and the others make up for it
    moments = seen[np.ix_(order, order)].astype(np.float32)
    moments[np.diag_indices_from(moments)] += np.float32(DAMPING * mean)
    return order, np.ascontiguousarray(np.linalg.cholesky(moments).T)


def _nearest_plane(weights: np.ndarray, step: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Minimises |upper · (weights − step · q)| for each row, from the last column to the first."""
    n, k = weights.shape
    q, error = np.zeros((n, k), np.int8), np.zeros((n, k), np.float32)
    for start in range((k - 1) // BLOCK * BLOCK, -1, -BLOCK):
        stop = min(start + BLOCK, k)
        carried = error[:, stop:] @ upper[start:stop, stop:].T
        for j in range(stop - 1, start - 1, -1):
            owed = carried[:, j - start] + error[:, j + 1 : stop] @ upper[j, j + 1 : stop]
            chosen = _nearest((weights[:, j] + owed / upper[j, j]) / step)
            q[:, j], error[:, j] = chosen, weights[:, j] - chosen * step
    return q
