"""Padding that a file does not declare: a constant below air, outside the circle that a CT measures."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.image.modality import ModalityLut

AIR_HU = -1024.0  # no measured value of a 12-bit CT lies below
_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))  # bottom, right
_CORNER = 4  # pixels a side: noise is not alike in so many


def undeclared(pixels: np.ndarray, modality: ModalityLut) -> np.ndarray | None:
    """Mask (rows, columns) of padding in a CT slice, None without any.

    pixels: stored values (rows, columns). modality: makes HU of them.
    Padding is what is connected with a corner block of one value below −1024 HU and has that value.
    """
    mask = None
    for bottom, right in _CORNERS:
        if _hounsfield(pixels[-bottom, -right], modality) < AIR_HU:
            corner = _block(pixels, bottom, right)
            if (corner == corner[0, 0]).all():
                mask = _flooded(pixels, bottom, right, mask)
    return mask


def _hounsfield(stored: np.generic, modality: ModalityLut) -> float:
    """One value; for the many slices without padding this is all that is looked at."""
    if modality.table is None:
        return float(stored) * modality.slope + modality.intercept
    return float(modality.apply(np.asarray(stored)))


def _block(pixels: np.ndarray, bottom: int, right: int) -> np.ndarray:
    rows = slice(-_CORNER, None) if bottom else slice(_CORNER)
    columns = slice(-_CORNER, None) if right else slice(_CORNER)
    return pixels[rows, columns]


def _flooded(pixels: np.ndarray, bottom: int, right: int, known: np.ndarray | None) -> np.ndarray:
    """The pixels connected with a corner and equal to it, and those that are known."""
    row, column = -bottom, -right
    if known is not None and known[row, column]:
        return known
    equal = (pixels == pixels[row, column]).astype(np.uint8)
    seed = column % pixels.shape[1], row % pixels.shape[0]
    cv2.floodFill(equal, None, seed, 2)
    outside = np.asarray(equal == 2)
    return outside if known is None else known | outside
