"""Both lungs in a CT volume, from its HU: air in the body that is lung, and what the pleura holds besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.errors import Cancelled, InputError
from lungview.lung import airways, body, closing, gas, regions, sides
from lungview.lung.grid import Grid, coarse, turn
from lungview.lung.morphology import disc, in_slices, shrunk
from lungview.study.volume import Volume

RIGHT, LEFT = 1, 2

_LEAST_ML = 15.0  # of all lungs in the volume
_PIECE_ML = 2.0
_SMALL = 0.15  # of the largest region
_GAS_HU = (-935, -930)  # the median and the upper quartile of a region that is plain gas lie below
_LEAST_VOXELS = 10


@dataclass(frozen=True, slots=True, eq=False)
class LungMask:
    """Where the lungs are.

    values: (slices, rows, columns) uint8 as the volume's, read-only: 0 none, RIGHT 1, LEFT 2, the patient's
    own sides. Vessels, nodules and masses within the pleura are inside, trachea and main bronchi are not.
    notes: sentences about what is missing or in doubt.
    """

    values: np.ndarray = field(repr=False)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.values.flags.writeable = False


def lungs(volume: Volume, *, cancelled: Callable[[], bool] | None = None) -> LungMask:
    """Find the lungs. Raises InputError where the volume is not in HU or holds no lung, Cancelled."""
    if volume.unit != "HU":
        raise InputError(f"lungs are found by HU, found a volume in {volume.unit or 'no unit'}")
    check = _Stop(cancelled)
    turned = turn(volume)
    values = turned.to_patient(volume.values)
    slices, rows, columns = (volume.spacing_mm[axis] for axis in turned.order)
    grid = coarse(values, (slices, rows, columns))
    check()
    inside = body.body(grid.values, grid.mm[1])
    tubes = airways.airways(grid, inside) | gas.pockets(grid, inside)
    check()
    air = ((grid.values < body.TISSUE_HU) & (inside > 0) & (tubes == 0)).view(np.uint8)
    lung = _lung_regions(grid, air)
    check()
    labels = sides.sides(lung, inside, grid)
    labels = closing.closed(labels, tubes, inside, grid)
    check()
    fine = _refined(values, labels, tubes, grid)
    return LungMask(np.ascontiguousarray(turned.back(fine)), _notes(labels, grid))


class _Stop:
    def __init__(self, cancelled: Callable[[], bool] | None) -> None:
        self._cancelled = cancelled

    def __call__(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("finding the lungs was stopped")


def _lung_regions(grid: Grid, air: np.ndarray) -> np.ndarray:
    """uint8 (slices, rows, columns): the regions of air that are lung. Raises InputError when none is."""
    labels, count = regions.label(in_slices(air, cv2.MORPH_OPEN, 1))
    ml = regions.sizes(labels, count) * grid.voxel_ml
    ml[0] = 0
    ml[ml < _PIECE_ML] = 0
    inner = shrunk((labels > 0).view(np.uint8)) > 0
    for k in np.argsort(-ml)[: np.count_nonzero(ml)]:
        if not _lunglike(grid.values[inner & (labels == k)], small=bool(ml[k] < _SMALL * ml.max())):
            ml[k] = 0
    total = float(ml.sum())
    if total < _LEAST_ML:
        raise InputError(
            f"no lungs found: lung tissue in the body is {total:.0f} ml, "
            f"at least {_LEAST_ML:.0f} ml are expected"
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
    size = (grid.fine[2], grid.fine[1])
    reach = disc(1)
    for z, result in enumerate(out):
        low = min(z // grid.steps, len(labels) - 1)
        plane = labels[low]
        if not plane.any():
            continue
        air = (values[z] < body.TISSUE_HU).view(np.uint8)
        airway = cv2.resize(tubes[low], size, interpolation=cv2.INTER_NEAREST)
        for side in (RIGHT, LEFT):
            mask = (plane == side).view(np.uint8)
            near = cv2.resize(cv2.dilate(mask, reach), size, interpolation=cv2.INTER_NEAREST)
            core = cv2.resize(cv2.erode(mask, reach), size, interpolation=cv2.INTER_NEAREST)
            result[((near & air | core) > 0) & (airway == 0) & (result == 0)] = side
    return out


def _notes(labels: np.ndarray, grid: Grid) -> tuple[str, ...]:
    notes = []
    ml = regions.sizes(labels, 2) * grid.voxel_ml
    for side, name in ((RIGHT, "right"), (LEFT, "left")):
        if ml[side] < _LEAST_ML / 2:
            notes.append(f"no {name} lung found")
    least = 0.01 * (labels > 0).sum(axis=(1, 2)).max()
    for end, name in ((0, "lowest"), (-1, "highest")):
        if (labels[end] > 0).sum() > least:
            notes.append(f"the lungs reach the {name} slice: they may go on beyond it")
    return tuple(notes)
