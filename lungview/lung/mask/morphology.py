"""Morphology of masks (slices, rows, columns) uint8: in the slice by OpenCV, across slices by shifting."""

from __future__ import annotations

import cv2
import numpy as np


def disc(radius: float) -> np.ndarray:
    """A structuring element of a radius in pixels, at least 1 × 1."""
    reach = max(round(radius), 0)
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))


def in_slices(mask: np.ndarray, operation: int, radius: float) -> np.ndarray:
    """A morphological operation of OpenCV in each slice."""
    kernel, out = disc(radius), np.empty_like(mask)
    for plane, result in zip(mask, out, strict=True):
        cv2.morphologyEx(plane, operation, kernel, dst=result)
    return out


def shrunk(mask: np.ndarray) -> np.ndarray:
    """Without the voxels that have a neighbour outside, over a face; above and below the stack is inside."""
    small = in_slices(mask, cv2.MORPH_ERODE, 1)
    small[1:] &= mask[:-1]
    small[:-1] &= mask[1:]
    return small


def rim(plane: np.ndarray, reach: float) -> np.ndarray:
    """bool (rows, columns): what lies around a mask, from one pixel away to `reach` pixels away."""
    near, far = cv2.dilate(plane, disc(1)), cv2.dilate(plane, disc(max(reach, 2)))
    return np.asarray((far > 0) & (near == 0))


def filled(plane: np.ndarray) -> np.ndarray:
    """A mask (rows, columns) with its holes closed."""
    out = plane.copy()
    contours, _ = cv2.findContours(out, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(out, contours, -1, 1, cv2.FILLED)
