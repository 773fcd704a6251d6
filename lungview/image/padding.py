"""Padding that a file does not declare: a constant below air, outside the circle that a CT measures."""

from __future__ import annotations

import cv2
import numpy as np

AIR_HU = -1024.0  # no measured value of a 12-bit CT lies below
_CORNER = 4  # pixels a side: noise is not alike in so many


def undeclared(pixels: np.ndarray, hounsfield: np.ndarray) -> np.ndarray | None:
    """Mask (rows, columns) of padding in a CT slice, None without any.

    pixels: stored values (rows, columns). hounsfield: of the four corner pixels, (2, 2) HU.
    Padding is what is connected with a corner block of one value below −1024 HU and has that value.
    """
    mask = None
    for row, column in np.argwhere(hounsfield < AIR_HU):
        corner = _block(pixels, bool(row), bool(column))
        if (corner == corner[0, 0]).all():
            mask = _flooded(pixels, bool(row), bool(column), mask)
    return mask


def corners(pixels: np.ndarray) -> np.ndarray:
    """(2, 2): the corner pixels of (rows, columns)."""
    return pixels[:: max(len(pixels) - 1, 1), :: max(pixels.shape[1] - 1, 1)][:2, :2]


def _block(pixels: np.ndarray, bottom: bool, right: bool) -> np.ndarray:
    rows = slice(-_CORNER, None) if bottom else slice(_CORNER)
    columns = slice(-_CORNER, None) if right else slice(_CORNER)
    return pixels[rows, columns]


def _flooded(pixels: np.ndarray, bottom: bool, right: bool, known: np.ndarray | None) -> np.ndarray:
    """The pixels connected with a corner and equal to it, and those that are known."""
    row, column = -1 if bottom else 0, -1 if right else 0
    if known is not None and known[row, column]:
        return known
    equal = (pixels == pixels[row, column]).astype(np.uint8)
    seed = column % pixels.shape[1], row % pixels.shape[0]
    cv2.floodFill(equal, None, seed, 2)
    outside = np.asarray(equal == 2)
    return outside if known is None else known | outside
