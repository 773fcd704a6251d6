"""Figures of merit in plain numpy, with intervals by bootstrap over groups.

In all of them: probabilities (n, C) in [0, 1]; targets (n, C), 1 for every class a label admits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np

from lungview.intervals import wilson

ECE_BINS = 10


def right(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """(n,) bool: the most probable class is one the label admits."""
    return np.asarray(targets[np.arange(len(targets)), probabilities.argmax(axis=1)] > 0)


def accuracy(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Share of pictures whose most probable class the label admits; nan for none."""
    return float(right(probabilities, targets).mean()) if len(targets) else float("nan")


def confusion(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """(C, C) int: rows the label, columns the call. Pictures with a partial label are left out."""
    whole = targets.sum(axis=1) == 1
    count = targets.shape[1]
    cells = targets[whole].argmax(axis=1) * count + probabilities[whole].argmax(axis=1)
    return np.bincount(cells, minlength=count * count).reshape(count, count)


def per_class(table: np.ndarray) -> dict[str, np.ndarray]:
    """precision, recall, f1, n: (C,) each, of a confusion matrix. 0 where there is nothing to divide by."""
    hits = np.diag(table).astype(np.float64)
    labelled, called = table.sum(axis=1), table.sum(axis=0)
    return {
        "precision": hits / np.maximum(called, 1),
        "recall": hits / np.maximum(labelled, 1),
        "f1": 2 * hits / np.maximum(labelled + called, 1),
        "n": labelled,
    }


def macro_f1(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean F1 over the classes that have pictures; nan without ordinary labels."""
    found = per_class(confusion(probabilities, targets))
    present = found["n"] > 0
    return float(found["f1"][present].mean()) if present.any() else float("nan")


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve: the share of (positive, negative) pairs in order; nan for one class."""
    positive = positive.astype(bool)
    n, m = int(positive.sum()), int((~positive).sum())
    if n == 0 or m == 0:
        return float("nan")
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def macro_auc(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """One class against the rest, mean over classes with both; of two classes simply the AUC."""
    whole = targets.sum(axis=1) == 1
    p, t = probabilities[whole], targets[whole]
    columns = [1] if t.shape[1] == 2 else list(range(t.shape[1]))
    found = [auc(p[:, c], t[:, c]) for c in columns]
    return float(np.nanmean(found)) if len(p) and not np.isnan(found).all() else float("nan")


def reliability(probabilities: np.ndarray, targets: np.ndarray, bins: int = ECE_BINS) -> np.ndarray:
    """(k, 3): mean confidence, share right, count, of each non-empty bin of the leading probability."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    hit = right(probabilities, targets).astype(np.float64)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    n = np.bincount(which, minlength=bins)
    c = np.bincount(which, confidence, minlength=bins)
    h = np.bincount(which, hit, minlength=bins)
    filled = n > 0
    return np.stack([c[filled] / n[filled], h[filled] / n[filled], n[filled]], axis=1)


def ece(probabilities: np.ndarray, targets: np.ndarray, bins: int = ECE_BINS) -> float:
    """Expected calibration error of the leading probability: bins of equal width (Guo et al. 2017)."""
    rows = reliability(probabilities, targets, bins)
    if not len(rows):
        return float("nan")
    return float(np.sum(rows[:, 2] / rows[:, 2].sum() * np.abs(rows[:, 0] - rows[:, 1])))


def calibrated_ece(
    probabilities: np.ndarray, units: np.ndarray, draws: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """The ECE that these answers would show if they were calibrated perfectly: mean, and 95 of 100 draws.

    Labels are drawn from the answers, with one number for all pictures of a unit (n,): slices of one nodule
    are right or wrong together. What is measured within these ends says nothing against the calibration.
    """
    rng = np.random.default_rng(seed)
    units, which = np.unique(units, return_inverse=True)
    below, classes = np.cumsum(probabilities, axis=1)[:, :-1], np.eye(probabilities.shape[1])
    drawn = ((rng.random(len(units))[which][:, None] >= below).sum(axis=1) for _ in range(draws))
    found = [ece(probabilities, classes[labels]) for labels in drawn]
    low, high = np.percentile(found, (2.5, 97.5))
    return float(np.mean(found)), float(low), float(high)


def rates(scores: np.ndarray, positive: np.ndarray, threshold: float) -> tuple[float, float]:
    """Sensitivity and specificity of `score >= threshold`; nan where a class is absent."""
    called, positive = scores >= threshold, positive.astype(bool)
    sensitivity = float(called[positive].mean()) if positive.any() else float("nan")
    specificity = float((~called[~positive]).mean()) if (~positive).any() else float("nan")
    return sensitivity, specificity


def dice(found: np.ndarray, drawn: np.ndarray) -> float:
    """Overlap of two masks of any shape, 0…1: twice what both hold, by what each holds; nan for none."""
    held = int(found.sum()) + int(drawn.sum())
    return 2 * int((found & drawn).sum()) / held if held else float("nan")


def risk_coverage(probabilities: np.ndarray, targets: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """(n, 2): coverage and error rate when only the most certain 1, 2, … n pictures are called."""
    wrong = ~right(probabilities, targets)[np.argsort(-certainty, kind="stable")]
    count = np.arange(1, len(wrong) + 1)
    return np.stack([count / max(len(wrong), 1), np.cumsum(wrong) / count], axis=1)


def intervals(
    score: Callable[[np.ndarray], Mapping[str, float]],
    groups: np.ndarray,
    draws: int = 1000,
    seed: int = 0,
    sizes: Mapping[str, int] | None = None,
) -> dict[str, tuple[float, float]]:
    """95 % interval of each figure that `score` gives of picture indices; whole groups are drawn.

    Pictures of one patient are alike: drawing pictures instead would make the intervals too narrow. A figure
    that is the same in every draw gets Wilson's interval of as many groups as it is of: `sizes`, else all.
    """
    rng = np.random.default_rng(seed)
    _, which = np.unique(groups, return_inverse=True)
    order = np.argsort(which, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(which))[:-1])
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(draws):
        index = np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])
        for name, value in score(index).items():
            found[name].append(value)
    return {name: _central(values, (sizes or {}).get(name, len(members))) for name, values in found.items()}


def _central(values: list[float], groups: int) -> tuple[float, float]:
    finite = np.asarray(values)[np.isfinite(values)]
    if not len(finite):
        return (float("nan"), float("nan"))
    low, high = np.percentile(finite, (2.5, 97.5))
    return wilson(float(low), groups) if low == high else (float(low), float(high))
