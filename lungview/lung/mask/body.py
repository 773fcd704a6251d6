"""The body in a CT slice: tissue with all that it encloses, without the table and the air around."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.mask import regions
from lungview.lung.mask.morphology import disc
from lungview.lung.threads import each

TISSUE_HU = -400  # half way between lung and chest wall
_LUNG_HU = -910  # the median of lung is above, that of air and of foam under the patient below
_CUT_MM = 200.0  # of lung along the edge of a picture, at most
_CUT_MM2 = 1500.0  # of such a lung, at least; less is air between arm and chest


def body(values: np.ndarray, pixel_mm: float) -> np.ndarray:
    """uint8 (slices, rows, columns): 1 inside the outer contour of the largest piece of tissue of a slice."""
    out = np.zeros(values.shape, np.uint8)

    def find(k: int) -> None:
        # A lean chest's wall is a few pixels thick: the contour is filled before thin things are cut off.
        tissue = cv2.morphologyEx((values[k] > TISSUE_HU).view(np.uint8), cv2.MORPH_OPEN, disc(1))
        _close_cut_lung(tissue, values[k], pixel_mm)
        cv2.morphologyEx(largest_outline(tissue), cv2.MORPH_OPEN, disc(6.0 / pixel_mm), dst=out[k])

    each(find, len(values))
    return out


def _close_cut_lung(tissue: np.ndarray, values: np.ndarray, pixel_mm: float) -> None:
    """Set the edge of the picture where lung is cut off by it, else it would lie open to the air around.

    tissue: uint8 (rows, columns), changed in place.
    """
    edge = np.ones(tissue.shape, bool)
    edge[1:-1, 1:-1] = False
    edge &= tissue == 0
    if not edge.any():
        return
    labels, pixels = regions.parts(tissue ^ 1)
    cut = np.bincount(labels[edge], minlength=len(pixels)) * pixel_mm
    large = (cut > 0) & (cut <= _CUT_MM) & (pixels * pixel_mm**2 >= _CUT_MM2)
    for k in np.flatnonzero(large):
        if np.median(values[labels == k]) > _LUNG_HU:
            tissue[edge & (labels == k)] = 1


def largest_outline(mask: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns): 1 inside the outer contour of the largest piece of a mask."""
    inside = np.zeros_like(mask)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if contours:
        cv2.fillPoly(inside, [max(contours, key=cv2.contourArea)], 1)
    return inside
