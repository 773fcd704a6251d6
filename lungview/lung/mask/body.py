"""The body in a CT slice: tissue with all that it encloses, without the table and the air around."""

from __future__ import annotations

import math

import cv2
import numpy as np

from lungview.lung.mask import regions
from lungview.lung.mask.morphology import disc
from lungview.lung.threads import each
from lungview.study.volume import AIR_HU

TISSUE_HU = -400  # half way between lung and chest wall
_LUNG_HU = -910  # the median of lung is above, that of air and of foam under the patient below
_LEAST_CUT_MM, _CUT_MM = 5.0, 200.0  # of lung along the edge of what was measured, and across it
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
    """Set the edge of what was measured where it cuts lung off, else that would lie open to the air around.

    tissue: uint8 (rows, columns), changed in place.
    """
    outside = _unmeasured(values)
    air = (tissue | outside) ^ 1
    edge = _edge(outside) & (air > 0)
    if np.count_nonzero(values[edge] > _LUNG_HU) * pixel_mm < _LEAST_CUT_MM:  # so of most slices
        return
    labels, pixels = regions.parts(air)
    rows, columns = np.nonzero(edge)
    cut = labels[rows, columns]
    for k in np.unique(cut):
        # A lung is cut at one place; what is above -910 HU between table and back lies open on both sides.
        wide = math.hypot(np.ptp(rows[cut == k]), np.ptp(columns[cut == k])) * pixel_mm
        if wide > _CUT_MM or pixels[k] * pixel_mm**2 < _CUT_MM2:
            continue
        if np.median(values[labels == k]) > _LUNG_HU:
            tissue[edge & (labels == k)] = 1


def _unmeasured(values: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns): the surface of one value, that of padding, that is connected with a corner."""
    padding = (values <= AIR_HU).view(np.uint8)
    rows, columns = padding.shape
    for corner in ((0, 0), (columns - 1, 0), (0, rows - 1), (columns - 1, rows - 1)):
        if padding[corner[::-1]] == 1:
            cv2.floodFill(padding, None, corner, 2)
    return np.asarray((padding == 2).view(np.uint8))


def _edge(outside: np.ndarray) -> np.ndarray:
    """bool (rows, columns): the edge of the picture, and what lies beside a surface of padding."""
    edge = (cv2.dilate(outside, disc(1)) > outside) if outside.any() else np.zeros(outside.shape, bool)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    return np.asarray(edge)


def largest_outline(mask: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns): 1 inside the outer contour of the largest piece of a mask."""
    inside = np.zeros_like(mask)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if contours:
        cv2.fillPoly(inside, [max(contours, key=cv2.contourArea)], 1)
    return inside
