"""Outline: the voxels of one nodule, as a small box out of the scan."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

Voxel = tuple[int, int, int]  # slice, row, column
Millimetres = tuple[float, float, float]  # of a voxel: z, y, x


@dataclass(frozen=True, slots=True)
class Outline:
    """mask: (slices, rows, columns) bool, read-only, of the part of the scan that begins at `start`.

    shape: of the whole scan. spacing_mm: between voxel centres along z, y, x.
    lung_hu, core_hu: of the lung around it and of its own inside, as found when it was outlined.
    """

    mask: np.ndarray = field(repr=False)
    start: Voxel
    shape: Voxel
    spacing_mm: Millimetres
    lung_hu: float
    core_hu: float

    def __post_init__(self) -> None:
        end = tuple(s + n for s, n in zip(self.start, self.mask.shape, strict=True))
        if (
            self.mask.dtype != bool
            or min(self.start) < 0
            or any(e > n for e, n in zip(end, self.shape, strict=True))
        ):
            raise ValueError(f"a bool mask inside {self.shape}, not {self.mask.dtype} {self.start} to {end}")
        self.mask.flags.writeable = False

    @property
    def place(self) -> tuple[slice, slice, slice]:
        """Where the box lies: scan[outline.place] has the shape of the mask."""
        z, y, x = (slice(s, s + n) for s, n in zip(self.start, self.mask.shape, strict=True))
        return z, y, x

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """The smallest box of the scan that holds every voxel of the outline."""
        plane = np.any(self.mask, axis=0)
        held = map(np.flatnonzero, (self.mask.any(axis=(1, 2)), plane.any(axis=1), plane.any(axis=0)))
        z, y, x = (slice(s + int(i[0]), s + int(i[-1]) + 1) for s, i in zip(self.start, held, strict=True))
        return z, y, x

    @property
    def slices(self) -> tuple[int, int]:
        """The first and the last slice of the scan with a voxel of it."""
        return int(self.box[0].start), int(self.box[0].stop - 1)

    @property
    def centre(self) -> tuple[float, float, float]:
        """Centre of gravity in voxels of the scan: slice, row, column."""
        z, y, x = (s + float(i.mean()) for s, i in zip(self.start, np.nonzero(self.mask), strict=True))
        return z, y, x

    @property
    def voxel_mm3(self) -> float:
        return math.prod(self.spacing_mm)

    def section(self, k: int) -> np.ndarray:
        """The mask on slice k of the scan: (rows, columns) of the whole scan."""
        plane = np.zeros(self.shape[1:], bool)
        if 0 <= k - self.start[0] < len(self.mask):
            plane[self.place[1:]] = self.mask[k - self.start[0]]
        return plane

    def whole(self) -> np.ndarray:
        """The mask in the shape of the whole scan."""
        mask = np.zeros(self.shape, bool)
        mask[self.place] = self.mask
        return mask
