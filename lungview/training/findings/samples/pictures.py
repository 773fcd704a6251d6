"""Whole slices without a nodule as samples, from pictures of one scan in the order of their names."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.nodules.detector import greys, scale
from lungview.training.findings.samples.sample import BACKGROUND, Sample


def samples(paths: list[Path], group: str) -> list[Sample]:
    """A sample a picture; its neighbours are the pictures before and after it."""
    planes = [greys.standardised(_grey(p)) for p in sorted(paths)]
    pixel = float(np.median([scale.pixel_mm(p) for p in planes]))
    scaled = [_scaled(p, pixel) for p in planes]
    last = len(scaled) - 1
    return [
        _sample([scaled[max(k - 1, 0)], scaled[k], scaled[min(k + 1, last)]], group) for k in range(last + 1)
    ]


def _grey(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise InputError("not a picture", path)
    return np.asarray(picture)


def _scaled(hounsfield: np.ndarray, pixel: float) -> np.ndarray:
    factor = pixel / greys.PIXEL_MM
    return greys.from_hu(cv2.resize(hounsfield, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR))


def _sample(planes: list[np.ndarray], group: str) -> Sample:
    labels = np.full(planes[1].shape, BACKGROUND, np.uint8)
    return Sample(np.stack(planes, axis=-1), labels, float("nan"), "normal", group)
