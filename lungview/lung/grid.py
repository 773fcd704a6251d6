"""Grid: a volume turned to the patient's axes, and made coarser: where regions are looked for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from lungview.lung.threads import each
from lungview.study.volume import Volume

_PIXEL = 1.6  # mm, at most; in it a bronchus's wall still shows
_STEP = 2.5  # mm from slice to slice, at most, where there are more


@dataclass(frozen=True, slots=True)
class Turn:
    """Between a volume's axes and the patient's: slices to the head, rows back, columns to the left."""

    order: tuple[int, ...]
    flipped: tuple[bool, ...]

    def to_patient(self, values: np.ndarray) -> np.ndarray:
        """A view of (slices, rows, columns) in the patient's axes."""
        return values.transpose(self.order)[tuple(slice(None, None, -1 if f else 1) for f in self.flipped)]

    def back(self, values: np.ndarray) -> np.ndarray:
        """A view of values in the patient's axes in those of the volume."""
        straight = values[tuple(slice(None, None, -1 if f else 1) for f in self.flipped)]
        return straight.transpose(np.argsort(self.order))


def turn(volume: Volume) -> Turn:
    """The nearest turn; a volume between two axes falls to one of them."""
    axes = np.array(volume.axes)
    left = np.abs(axes)
    order = [0, 0, 0]
    for _ in range(3):  # the clearest axis first
        axis, direction = np.unravel_index(left.argmax(), left.shape)
        order[2 - int(direction)] = int(axis)
        left[axis, :] = left[:, direction] = -1.0
    return Turn(tuple(order), tuple(bool(axes[order[k], 2 - k] < 0) for k in range(3)))


@dataclass(frozen=True, slots=True)
class Grid:
    """The coarse values.

    values: (slices, rows, columns) int16 HU in the patient's axes. mm: from voxel to voxel.
    steps: every how many-th slice it is. fine: (slices, rows, columns) of the volume in the patient's axes.
    """

    values: np.ndarray
    mm: tuple[float, float, float]
    steps: int
    fine: tuple[int, int, int]

    @property
    def voxel_ml(self) -> float:
        return self.mm[0] * self.mm[1] * self.mm[2] / 1000


def coarse(values: np.ndarray, spacing: tuple[float, float, float]) -> Grid:
    """Values (slices, rows, columns) in the patient's axes, averaged in the plane, every few slices."""
    slices, rows, columns = values.shape
    steps = max(1, int(_STEP / spacing[0]))
    size = [max(1, min(n, round(n * mm / _PIXEL))) for n, mm in ((columns, spacing[2]), (rows, spacing[1]))]
    small = np.empty((len(range(0, slices, steps)), size[1], size[0]), np.int16)

    def resize(k: int) -> None:
        plane = np.ascontiguousarray(np.clip(values[k * steps], -1024, 3071), np.int16)
        cv2.resize(plane, size, dst=small[k], interpolation=cv2.INTER_AREA)

    each(resize, len(small))
    mm = (spacing[0] * steps, spacing[1] * rows / size[1], spacing[2] * columns / size[0])
    return Grid(small, mm, steps, (slices, rows, columns))
