"""Plain gas with tissue around it: bowel, stomach, oesophagus, and bronchi that were not followed."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.grid import Grid
from lungview.lung.mask import regions
from lungview.lung.mask.morphology import disc, in_slices, rim

_GAS_HU = -930
_LEAST_ML = 1.0
_LUMEN_MM = 3.0  # radius, at least: thinner things are no pocket
_WALLED = -450  # HU: the mean around a pocket, at least; a bulla has lung around it


def pockets(grid: Grid, body: np.ndarray) -> np.ndarray:
    """uint8 (slices, rows, columns) on the grid: pockets of gas, with their wall."""
    dark = ((grid.values < _GAS_HU) & (body > 0)).view(np.uint8)
    labels, sizes = regions.label(in_slices(dark, cv2.MORPH_OPEN, _LUMEN_MM / grid.mm[1]))
    ml, count = sizes * grid.voxel_ml, len(sizes) - 1
    ml[0] = 0
    out = np.zeros_like(dark)
    wall = disc(5.0 / grid.mm[1])
    for k, box in zip(range(1, count + 1), regions.extents(labels, count), strict=True):
        if ml[k] < _LEAST_ML:
            continue
        pocket = (labels[box] == k).view(np.uint8)
        around = np.array([rim(plane, 5.0 / grid.mm[1]) for plane in pocket])
        if grid.values[box][around].mean() > _WALLED:
            for plane, result in zip(pocket, out[box], strict=True):
                result |= cv2.dilate(plane, wall)
    return out
