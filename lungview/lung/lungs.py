"""Both lungs in a CT volume, from its HU: air in the body that is lung, and what the pleura holds besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lungview.errors import InputError
from lungview.lung.grid import Grid, turn
from lungview.lung.mask.search import LEFT, RIGHT, search
from lungview.study.volume import Volume

__all__ = ["ABSENT", "LEAST_LUNG_ML", "LEFT", "RIGHT", "LungMask", "lungs"]

_LEAST_ML = 15.0  # of all lungs in the volume
LEAST_LUNG_ML = _LEAST_ML / 2  # of one lung; below it there is none
ABSENT = {RIGHT: "no right lung found", LEFT: "no left lung found"}
_ENDS = {
    0: "the lungs reach the lowest slice: they may go on beyond it",
    -1: "the lungs reach the highest slice: they may go on beyond it",
}


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
    turned = turn(volume)
    slices, rows, columns = (volume.spacing_mm[axis] for axis in turned.order)
    values = turned.to_patient(volume.values)
    found, grid, labels = search(values, (slices, rows, columns), _LEAST_ML, cancelled)
    return LungMask(np.ascontiguousarray(turned.back(found)), _notes(labels, grid))


def _notes(labels: np.ndarray, grid: Grid) -> tuple[str, ...]:
    notes = []
    for side, said in ABSENT.items():
        if np.count_nonzero(labels == side) * grid.voxel_ml < LEAST_LUNG_ML:
            notes.append(said)
    least = 0.01 * (labels > 0).sum(axis=(1, 2)).max()
    for end, said in _ENDS.items():
        if (labels[end] > 0).sum() > least:
            notes.append(said)
    return tuple(notes)
