"""The same picture as another window, crop, border or file would have shown it: for robustness figures.

Fixed and mild on purpose: a reader would call every one of them the same way. Training's own random changes
are in `augment`; these are not drawn from them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial

import cv2
import numpy as np

from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.model.input import to_grey
from lungview.training.data.augment import table

Change = Callable[[np.ndarray], np.ndarray]

# Shares of full white that become black and white.
WINDOWS: Mapping[str, tuple[float, float]] = {
    "darker": (0.0, 1.3),
    "brighter": (0.0, 0.8),
    "steeper": (0.1, 0.9),
    "flatter": (-0.1, 1.1),
    "floor_raised": (0.15, 1.0),
}
# Of slices in HU: what the picture is windowed with before any of this.
_HU_WINDOW = Window(-300.0, 1400.0)


def _window(low: float, high: float, grey: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.LUT(grey, table(low, high)))


def _crop(share: float, grey: np.ndarray) -> np.ndarray:
    rows, columns = (int(n * share) for n in grey.shape)
    return grey[rows : grey.shape[0] - rows, columns : grey.shape[1] - columns]


def _border(value: int, grey: np.ndarray) -> np.ndarray:
    wide = max(grey.shape) // 8
    return np.asarray(cv2.copyMakeBorder(grey, wide, wide, wide, wide, cv2.BORDER_CONSTANT, value=value))


def _jpeg(quality: int, grey: np.ndarray) -> np.ndarray:
    _, encoded = cv2.imencode(".jpg", grey, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE))


def _half(grey: np.ndarray) -> np.ndarray:
    rows, columns = (max(1, n // 2) for n in grey.shape)
    return np.asarray(cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA))


REWINDOWED: Mapping[str, Change] = {name: partial(_window, *pair) for name, pair in WINDOWS.items()}
REFRAMED: Mapping[str, Change] = {
    "crop": partial(_crop, 0.04),
    "black_border": partial(_border, 0),
    "grey_border": partial(_border, 30),
    "jpeg": partial(_jpeg, 50),
    "half_size": _half,
}


def changed(slice_: Slice, change: Change) -> Slice:
    """The slice as an 8-bit picture, changed; it no longer has a unit, a window or a spacing."""
    grey = np.ascontiguousarray(change(to_grey(slice_, _HU_WINDOW)), dtype=np.float32)
    return dataclasses.replace(
        slice_, values=grey, unit="", windows=(), inverted=False, padding=None, overlays=(), spacing=None
    )
