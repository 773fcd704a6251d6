"""Surface of the lungs in a scan: points on it, and how far any place is from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.nodules.outlining.voxels import depth
from lungview.study.volume import Volume

SIDES = (RIGHT, LEFT)
_STEP_MM = 3.0  # of the coarse grid: finer ones change the distances by less than a tenth of it
_FAR_MM = 60.0  # across slices


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Of both lungs. A scan's own end is no surface: what lies beyond it is not known.

    points: (n, 3) mm by side. distances: by side, signed mm on a coarse grid, below 0 inside. volume: whose
    places these are; steps: of its slices, rows and columns for one of the grid.
    """

    volume: Volume
    steps: np.ndarray = field(repr=False)
    points: dict[int, np.ndarray] = field(repr=False)
    distances: dict[int, np.ndarray] = field(repr=False)

    def distance(self, points_mm: np.ndarray, side: int) -> np.ndarray:
        """(n,) signed mm of places (n, 3) from the surface of one lung; NaN outside of the scan."""
        grid = self.distances[side]
        at = self.volume.index(points_mm) / self.steps
        inside = ((at >= 0) & (at <= np.array(grid.shape) - 1)).all(axis=1)
        found = np.full(len(at), np.nan)
        found[inside] = _between(grid, at[inside])
        return found


def surface(volume: Volume, mask: LungMask) -> Surface:
    """The surface of the lungs of a scan; one without a side has no points on it."""
    steps = np.array([max(1, round(_STEP_MM / mm)) for mm in volume.spacing_mm])
    coarse = mask.values[:: steps[0], :: steps[1], :: steps[2]]
    z, y, x = (float(step * mm) for step, mm in zip(steps, volume.spacing_mm, strict=True))
    points, distances = {}, {}
    for side in SIDES:
        lung = coarse == side
        points[side] = volume.point_mm(np.argwhere(_skin(lung)) * steps)
        inward, outward = depth(lung, (z, y, x), _FAR_MM), depth(~lung, (z, y, x), _FAR_MM)
        distances[side] = np.where(lung, 0.5 * x - inward, outward - 0.5 * x)
    return Surface(volume, steps, points, distances)


def _skin(lung: np.ndarray) -> np.ndarray:
    """The voxels of a mask that have a neighbour outside of it, but not in its end slices."""
    core = lung.copy()
    for axis in range(3):
        for shift in (1, -1):
            core &= np.roll(lung, shift, axis=axis)
    skin = lung & ~core
    skin[[0, -1]] = False
    return np.asarray(skin)


def _between(grid: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values of a grid at indices (n, 3) with fractions, all inside, linear between its voxels."""
    low = np.minimum(at.astype(int), np.array(grid.shape) - 2)
    share = at - low
    found = np.zeros(len(at))
    for corner in np.ndindex(2, 2, 2):
        z, y, x = (low + corner).T
        weight = np.prod(np.where(corner, share, 1 - share), axis=1)
        found += weight * grid[z, y, x]
    return found
