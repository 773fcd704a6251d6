"""What a model is worth by nodule, not by slice, and beside the nodule's diameter alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lungview.model.card import ModelCard
from lungview.training.measure import metrics
from lungview.training.measure.evaluate import Answers, Labelled, rounded


def per_nodule(pictures: Labelled, found: Answers, card: ModelCard, draws: int = 1000) -> dict[str, Any]:
    """Figures with the slices of one nodule as one: mean probability; and what diameter (mm) alone gives.

    ci95: the interval of each, by group. Empty where the data has no nodule_id column.
    """
    if not all("nodule_id" in r.extra for r in pictures.rows):
        return {}
    malignant = np.array([c.malignant for c in card.classes])
    ids = np.array([f"{r.group}/{r.extra['nodule_id']}" for r in pictures.rows])
    _, first, which = np.unique(ids[found.ok], return_index=True, return_inverse=True)
    score = found.probabilities[found.ok][:, malignant].sum(axis=1)
    mean = np.bincount(which, score) / np.bincount(which)
    cancer = (pictures.targets[found.ok][:, ~malignant].sum(axis=1) == 0)[first]
    diameters = np.array([_number(r.extra.get("diameter_mm", "")) for r in pictures.rows])[found.ok][first]
    score = _by_nodule(mean, diameters, cancer)
    return {
        "per_nodule": {
            "n": len(mean),
            "n_diameter_known": int(np.isfinite(diameters).sum()),
            **rounded(score(np.arange(len(mean)))),
            "ci95": rounded(metrics.intervals(score, pictures.groups[found.ok][first], draws)),
        }
    }


def _by_nodule(
    mean: np.ndarray, diameters: np.ndarray, cancer: np.ndarray
) -> Callable[[np.ndarray], dict[str, float]]:
    """The figures of some nodules (indices); the last two are of the same ones, whose diameter is known."""

    def score(index: np.ndarray) -> dict[str, float]:
        known = index[np.isfinite(diameters[index])]
        return {
            "auc": metrics.auc(mean[index], cancer[index]),
            "auc_diameter_alone": metrics.auc(diameters[known], cancer[known]),
            "auc_where_diameter_known": metrics.auc(mean[known], cancer[known]),
        }

    return score


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
