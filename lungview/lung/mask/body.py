"""The body in a CT slice: tissue with all that it encloses, without the table and the air around."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.mask.morphology import disc
from lungview.lung.threads import each

TISSUE_HU = -400  # half way between lung and chest wall


def body(values: np.ndarray, pixel_mm: float) -> np.ndarray:
    """uint8 (slices, rows, columns): 1 inside the outer contour of the largest piece of tissue of a slice."""
    out = np.zeros(values.shape, np.uint8)

    def find(k: int) -> None:
        # A lean chest's wall is a few pixels thick: the contour is filled before thin things are cut off.
        tissue = cv2.morphologyEx((values[k] > TISSUE_HU).view(np.uint8), cv2.MORPH_OPEN, disc(1))
        cv2.morphologyEx(largest_outline(tissue), cv2.MORPH_OPEN, disc(6.0 / pixel_mm), dst=out[k])

    each(find, len(values))
    return out


def largest_outline(mask: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns): 1 inside the outer contour of the largest piece of a mask."""
    inside = np.zeros_like(mask)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if contours:
        cv2.fillPoly(inside, [max(contours, key=cv2.contourArea)], 1)
    return inside
