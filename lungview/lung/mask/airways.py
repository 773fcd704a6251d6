"""Trachea and main bronchi: followed from slice to slice downwards, as long as they stay tubes."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.grid import Grid
from lungview.lung.mask import regions
from lungview.lung.mask.morphology import disc, in_slices, rim

_AIR_HU = -850  # a trachea is below, but for its rim
_LUMEN_HU = -880  # and a bronchus
_ABOVE = 45  # HU: how far a bronchus may lie above the trachea
_TRACHEA = (0.6, 8.0)  # cm²: what one may be where it begins
_BRONCHUS = (0.25, 8.0)  # cm²: what a part may be further down; more is lung
_OFF_CENTRE = 45.0  # mm sideways from the body's middle
_WALLED = -450  # HU: the mean around a trachea, at least; a bulla has lung around it
_WALLED_BRONCHUS = -600  # HU: the same around a main bronchus, which touches lung
_RIM_MM, _WALL_MM = 3.0, 3.0
_TUBE = 25.0  # mm: shorter ones are no trachea


def airways(grid: Grid, body: np.ndarray) -> np.ndarray:
    """uint8 (slices, rows, columns) on the grid: lumen and wall of trachea and main bronchi."""
    lumen = np.zeros_like(body)
    air = ((grid.values < _AIR_HU) & (body > 0)).view(np.uint8)
    for top in range(len(body) - 1, 0, -1):
        seed = _seed(grid, grid.values[top], air[top], body[top])
        if seed is None:
            continue
        found = _followed(grid, air, seed, top)
        if len(found) * grid.mm[0] >= _TUBE:
            lumen[top - len(found) + 1 : top + 1] = found[::-1]
            break
    return in_slices(lumen, cv2.MORPH_DILATE, _WALL_MM / grid.mm[1])


def _seed(grid: Grid, values: np.ndarray, dark: np.ndarray, body: np.ndarray) -> np.ndarray | None:
    """The trachea in a slice in which it begins, or None."""
    columns = np.flatnonzero(body.any(axis=0))
    if not len(columns):
        return None
    middle = (columns[0] + columns[-1]) / 2
    labels, pixels = regions.parts(dark)
    area = pixels * grid.mm[1] * grid.mm[2] / 100
    for k in np.argsort(-area[1:]) + 1:
        if not _TRACHEA[0] <= area[k] <= _TRACHEA[1]:
            continue
        mask: np.ndarray = (labels == k).view(np.uint8)
        centre = float(np.nonzero(mask)[1].mean())
        if abs(centre - middle) * grid.mm[2] <= _OFF_CENTRE and _rim_hu(grid, values, mask) > _WALLED:
            return mask
    return None


def _rim_hu(grid: Grid, values: np.ndarray, mask: np.ndarray) -> float:
    """Mean HU around a mask in a slice."""
    return float(values[rim(mask.view(np.uint8), _RIM_MM / grid.mm[1])].mean())


def _followed(grid: Grid, air: np.ndarray, seed: np.ndarray, top: int) -> list[np.ndarray]:
    """The tube's mask in slice top and those below it, downwards, until nothing of it is left."""
    lumen_hu = min(float(np.median(grid.values[top][seed > 0])) + _ABOVE, _LUMEN_HU)
    found, reach = [seed], disc((2.0 + grid.mm[0]) / grid.mm[1])
    for z in range(top - 1, -1, -1):
        dark = air[z] & (grid.values[z] < lumen_hu).view(np.uint8)
        labels, pixels = regions.parts(dark)
        area = pixels * grid.mm[1] * grid.mm[2] / 100
        touched = np.unique(labels[cv2.dilate(found[-1], reach) > 0])
        parts = [labels == k for k in touched if k and _BRONCHUS[0] <= area[k] <= _BRONCHUS[1]]
        walled = [part for part in parts if _rim_hu(grid, grid.values[z], part) > _WALLED_BRONCHUS]
        if not walled:
            break
        found.append(np.logical_or.reduce(walled).view(np.uint8))
    return found
