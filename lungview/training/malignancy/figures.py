"""What the judge is worth: AUC beside the diameter's and the long axis', calibration, bands, overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lungview.training.malignancy.fit import Seen
from lungview.training.measure import metrics

BANDS_MM = ((0.0, 6.0), (6.0, 10.0), (10.0, 200.0))


def figures(seen: Sequence[Seen], logits: np.ndarray, refused: int = 0, draws: int = 1000) -> dict[str, Any]:
    """Ratings 1 and 2 against 4 and 5, a 3 in neither; the overlap is of all. Intervals by patient.

    gain, gain_long_axis: the AUC above that of the readers' diameter, and of the outline's long axis alone;
    their intervals are paired: each draw holds the same nodules.
    """
    rating = np.array([s.voi.malignancy for s in seen])
    data = {
        "score": 1 / (1 + np.exp(-np.clip(logits, -30, 30))),
        "diameter": np.array([s.voi.diameter_mm for s in seen]),
        "long_axis": np.array([s.described["log_long"] for s in seen]),
        "dice": np.array([s.overlap for s in seen]),
        "malignant": rating >= 4,
        "rated": rating != 3,
    }
    groups = np.array([s.voi.patient for s in seen])
    return {
        "n": len(seen),
        "rated": int(data["rated"].sum()),
        "patients": len(set(groups)),
        "refused": refused,
        **_scores(data, np.arange(len(seen))),
        "bands_mm": [_band(data, low, high) for low, high in BANDS_MM],
        "ci95": metrics.intervals(lambda i: _scores(data, i), groups, draws),
    }


def _scores(data: dict[str, np.ndarray], index: np.ndarray) -> dict[str, float]:
    rated = index[data["rated"][index]]
    score, malignant = data["score"][rated], data["malignant"][rated]
    auc, alone = metrics.auc(score, malignant), metrics.auc(data["diameter"][rated], malignant)
    axis = metrics.auc(data["long_axis"][rated], malignant)
    both = np.stack([1 - score, score], axis=1)
    targets = np.stack([~malignant, malignant], axis=1).astype(float)
    return {
        "auc": auc,
        "auc_diameter": alone,
        "gain": auc - alone,
        "auc_long_axis": axis,
        "gain_long_axis": auc - axis,
        "ece": metrics.ece(both, targets),
        "dice": float(data["dice"][index].mean()),
    }


def _band(data: dict[str, np.ndarray], low: float, high: float) -> dict[str, float]:
    inside = np.flatnonzero(data["rated"] & (data["diameter"] >= low) & (data["diameter"] < high))
    found = _scores(data, inside) if inside.size else {}
    kept = {name: found.get(name, float("nan")) for name in ("auc", "auc_diameter")}
    return {"from": low, "to": high, "n": float(inside.size), **kept}
