"""Hard negatives: where a network that is half trained sees a nodule and there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np

from lungview.training.findings.network import REACH, STRIDE
from lungview.training.findings.samples.sample import NODULE, UNKNOWN, Sample

_LEAST = 0.08  # of the score: P(nodule) x malignancy
_MOST = 3  # of one sample
_APART = 9  # pixels of the maps between two, and from anything that may be a nodule


def mined(model: Any, samples: Iterable[Sample]) -> Iterator[tuple[Sample, float]]:
    """Samples with a false alarm as their centre, and its score in [0, 1]."""
    for sample in samples:
        for scale in (1, 2):
            score = _score(model, sample.picture, scale)
            allowed = _allowed(sample.labels, score.shape)
            for row, column, value in _peaks(score * allowed):
                step = STRIDE * scale
                centre = ((row + 0.5) * step, (column + 0.5) * step)
                yield dataclasses.replace(sample, centre=centre, radius_mm=0.0), value


def _score(model: Any, picture: np.ndarray, scale: int) -> np.ndarray:
    """float32 (rows, columns) of the maps of a picture (uint8) that is made smaller by `scale`."""
    if scale > 1:
        picture = cv2.resize(picture, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    rows, columns = picture.shape[:2]
    framed = np.zeros((1, -(-rows // REACH) * REACH, -(-columns // REACH) * REACH, 3), np.float32)
    framed[0, :rows, :columns] = picture / np.float32(255)
    logits = model.predict_on_batch(framed)[0].astype(np.float32)
    chances = 1 / (1 + np.exp(-logits[: -(-rows // STRIDE), : -(-columns // STRIDE)]))
    return np.asarray(cv2.GaussianBlur(chances[..., 0] * chances[..., 1], (0, 0), 1.0))


def _allowed(labels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    doubtful = ((labels == NODULE) | (labels == UNKNOWN)).astype(np.uint8)
    near = cv2.dilate(doubtful, np.ones((_APART, _APART), np.uint8))
    return np.asarray(cv2.resize(near, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST) == 0)


def _peaks(score: np.ndarray) -> list[tuple[int, int, float]]:
    """Row, column and height of the highest places, each the highest around it."""
    highest = cv2.dilate(score, np.ones((_APART, _APART), np.uint8))
    rows, columns = np.nonzero((score == highest) & (score > _LEAST))
    order = np.argsort(-score[rows, columns])[:_MOST]
    return [(int(rows[k]), int(columns[k]), float(score[rows[k], columns[k]])) for k in order]
