"""The one scale of greys and of millimetres that the findings network sees, in training and in use."""

from __future__ import annotations

import cv2
import numpy as np

FLOOR_HU = -1000.0
SPAN_HU = 1400.0
PIXEL_MM = 0.75  # the fine scale; the coarse one is twice as wide
LUNG_HU = -870.0
TISSUE_HU = 40.0
_BINS = 256


def from_hu(hounsfield: np.ndarray) -> np.ndarray:
    """uint8 of the same shape: 0 at -1000 HU and below, 255 at +400 HU and above."""
    share = (np.asarray(hounsfield, np.float32) - FLOOR_HU) / SPAN_HU
    return np.asarray(np.clip(np.rint(share * 255), 0, 255), np.uint8)


def to_hu(greys: np.ndarray) -> np.ndarray:
    """float32 HU of greys (uint8)."""
    return np.asarray(np.asarray(greys, np.float32) / 255 * SPAN_HU + FLOOR_HU, np.float32)


def standardised(picture: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
    """float32 HU, roughly, of a picture (rows, columns) whose window is unknown.

    Otsu's threshold parts the pixels `inside` (default: those that are not 0) into lung and soft tissue; the
    commonest grey of each is taken for -870 and for 40 HU, and the scale between them for linear.
    """
    smooth = cv2.GaussianBlur(np.asarray(picture, np.float32), (0, 0), 0.7)
    low, high = float(smooth.min()), float(smooth.max())
    if high <= low:
        return np.full(smooth.shape, LUNG_HU, np.float32)
    levels = np.rint((smooth - low) / (high - low) * (_BINS - 1)).astype(np.uint8)
    of = levels[np.asarray(picture) > 0] if inside is None else levels[inside]
    lung, tissue = _modes(of if of.size else levels.ravel())
    scale = (TISSUE_HU - LUNG_HU) / max(tissue - lung, 1)
    grey = (np.asarray(picture, np.float32) - low) / (high - low) * (_BINS - 1)
    return np.asarray((grey - lung) * scale + LUNG_HU, np.float32)


def _modes(levels: np.ndarray) -> tuple[int, int]:
    """The commonest level on each side of Otsu's threshold."""
    split, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    histogram = np.bincount(levels.ravel(), minlength=_BINS).astype(np.float32)
    counts = cv2.GaussianBlur(histogram.reshape(1, -1), (0, 0), 1.5).ravel()
    cut = min(max(int(split), 1), _BINS - 2)
    return int(np.argmax(counts[: cut + 1])), cut + 1 + int(np.argmax(counts[cut + 1 :]))
