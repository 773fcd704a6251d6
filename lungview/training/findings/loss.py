"""What the three maps are asked: focal loss where something is known, cross-entropy inside nodules."""

from __future__ import annotations

from typing import Any

import cv2
import keras
import numpy as np
from keras import ops

from lungview.training.findings.samples.sample import NODULE, OPACITY, UNKNOWN

_SCALE = 1 / 40  # a patch with a nodule loses about one before training
_GAMMA = 2.0


def targets(labels: np.ndarray, malignancy: np.ndarray) -> np.ndarray:
    """float32 (rows, columns, 6): target and weight of nodule, malignancy and opacity.

    labels: uint8 (rows, columns), codes of `sample`. malignancy: float32 of the same shape, NaN = not rated.
    A nodule's pixels weigh 3 / sqrt(area), so that a large one does not drown the small.
    """
    nodule, opacity, known = labels == NODULE, labels == OPACITY, labels != UNKNOWN
    weight = np.where(nodule, 3 * _share(nodule), known + opacity)
    rated = nodule & np.isfinite(malignancy)
    judged = np.where(rated, 3 * _share(nodule), 0)
    spread = known * np.where(opacity, 0.3, 0.2)
    maps = (nodule, weight, np.nan_to_num(malignancy), judged, opacity, spread)
    return np.stack([np.asarray(m, np.float32) for m in maps], axis=-1)


def _share(nodule: np.ndarray) -> np.ndarray:
    """1 / sqrt(area) of the connected piece each pixel belongs to; 1 outside."""
    _, pieces, found, _ = cv2.connectedComponentsWithStats(nodule.astype(np.uint8))
    areas = found[:, cv2.CC_STAT_AREA].astype(np.float32)
    areas[0] = 1
    return np.asarray((1 / np.sqrt(areas))[pieces])


def loss(known: Any, logits: Any) -> Any:
    """The mean loss a patch. known: (n, rows, columns, 6) of `targets`; logits: (n, rows, columns, 3).

    Both have their channels second where that is Keras' image data format.
    """
    if keras.config.image_data_format() == "channels_first":
        known, logits = ops.moveaxis(known, 1, -1), ops.moveaxis(logits, 1, -1)
    nodule = _focal(known[..., 0], logits[..., 0]) * known[..., 1]
    malignancy = _entropy(known[..., 2], logits[..., 1]) * known[..., 3]
    opacity = _focal(known[..., 4], logits[..., 2]) * known[..., 5]
    return ops.mean(ops.sum(nodule * 4 + malignancy + opacity, axis=(1, 2))) * _SCALE


def _entropy(target: Any, logit: Any) -> Any:
    return ops.softplus(logit) - target * logit


def _focal(target: Any, logit: Any) -> Any:
    chance = ops.sigmoid(logit)
    wrong = target * (1 - chance) + (1 - target) * chance
    return wrong**_GAMMA * _entropy(target, logit)
