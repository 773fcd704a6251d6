"""The search for lungs in an array of HU: regions on a coarse grid, edges at the full resolution."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from lungview.errors import Cancelled, InputError
from lungview.lung.grid import Grid, coarse
from lungview.lung.mask import airways, body, closing, gas, regions, sides
from lungview.lung.mask.morphology import disc, in_slices, shrunk
from lungview.lung.threads import each

RIGHT, LEFT = 1, 2

_PIECE_ML = 2.0
_SMALL = 0.15  # of the largest region
_GAS_HU = (-935, -930)  # the median and the upper quartile of a region that is plain gas lie below
_LEAST_VOXELS = 10


def search(
    values: np.ndarray,
    spacing_mm: tuple[float, float, float],
    least_ml: float,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[np.ndarray, Grid, np.ndarray]:
    """Find the lungs.

    values: (slices, rows, columns) HU in the patient's axes: to the head, the back, the left. Returns uint8
    labels like values (0 none, RIGHT 1, LEFT 2), the coarse grid, and the labels on it.
    Raises InputError where less than least_ml of lung is found, Cancelled.
    """
    check = _Stop(cancelled)
    grid = coarse(values, spacing_mm)
    check()
    inside = body.body(grid.values, grid.mm[1])
    tubes = airways.airways(grid, inside) | gas.pockets(grid, inside)
    check()
    air = ((grid.values < body.TISSUE_HU) & (inside > 0) & (tubes == 0)).view(np.uint8)
    lung = _lung_regions(grid, air, least_ml)
    check()
    labels = closing.closed(sides.sides(lung, inside, grid), tubes, inside, grid)
    check()
    return _refined(values, labels, tubes, grid), grid, labels


class _Stop:
    def __init__(self, cancelled: Callable[[], bool] | None) -> None:
        self._cancelled = cancelled

    def __call__(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("finding the lungs was stopped")


def _lung_regions(grid: Grid, air: np.ndarray, least_ml: float) -> np.ndarray:
    """uint8 (slices, rows, columns): the regions of air that are lung. Raises InputError when none is."""
    labels, sizes = regions.label(in_slices(air, cv2.MORPH_OPEN, 1))
    ml = sizes * grid.voxel_ml
    ml[0] = 0
    ml[ml < _PIECE_ML] = 0
    inner = shrunk((labels > 0).view(np.uint8)) > 0
    for k in np.argsort(-ml)[: np.count_nonzero(ml)]:
        if not _lunglike(grid.values[inner & (labels == k)], small=bool(ml[k] < _SMALL * ml.max())):
            ml[k] = 0
    total = float(ml.sum())
    if total < least_ml:
        raise InputError(
            f"no lungs found: lung tissue in the body is {total:.0f} ml, "
            f"at least {least_ml:.0f} ml are expected"
        )
    return np.asarray((ml > 0)[labels].view(np.uint8))


def _lunglike(values: np.ndarray, *, small: bool) -> bool:
    """Whether the inside of a region is no plain gas. small: beside a larger one it must be clearer."""
    if values.size < _LEAST_VOXELS:
        return False
    middle, upper = np.percentile(values, (50, 75))
    return bool(upper > _GAS_HU[1] and not (small and middle < _GAS_HU[0]))


def _refined(values: np.ndarray, labels: np.ndarray, tubes: np.ndarray, grid: Grid) -> np.ndarray:
    """The labels at the volume's own pixels: the edge is where the HU cross TISSUE_HU."""
    out = np.zeros(grid.fine, np.uint8)

    def fill(low: int) -> None:
        if labels[low].any():
            last = grid.fine[0] if low == len(labels) - 1 else (low + 1) * grid.steps
            _fill(
                out[low * grid.steps : last], values[low * grid.steps : last], _both(labels[low], tubes[low])
            )

    each(fill, len(labels))
    return out


_SHIFT = 2  # bits: below them the label that a pixel has where it is air, above them where it is tissue


def _both(plane: np.ndarray, tubes: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns) on the grid: both labels of each pixel."""
    reach, code = disc(1), np.zeros_like(plane)
    for side in (LEFT, RIGHT):
        mask = (plane == side).view(np.uint8)
        near, core = cv2.dilate(mask, reach) > 0, cv2.erode(mask, reach) > 0
        code[near] = code[near] >> _SHIFT << _SHIFT | side
        code[core] = side << _SHIFT | side
    code[(tubes > 0) & (plane == 0)] = 0
    return code


def _fill(out: np.ndarray, values: np.ndarray, code: np.ndarray) -> None:
    """The labels of the slices that a plane of the grid stands for."""
    size = (out.shape[2], out.shape[1])
    fine = np.asarray(cv2.resize(code, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    x, y, width, height = cv2.boundingRect(fine)
    box = slice(y, y + height), slice(x, x + width)
    in_tissue = fine[box] >> _SHIFT
    other = in_tissue ^ fine[box] & (1 << _SHIFT) - 1
    for result, plane in zip(out, values, strict=True):
        air = (plane[box] < body.TISSUE_HU).view(np.uint8)
        np.bitwise_xor(in_tissue, np.multiply(other, air, out=air), out=result[box])
