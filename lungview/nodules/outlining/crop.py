"""Crop: the part of a scan around a place, made coarser where the part is large, and the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from lungview.nodules.outlining.outline import Millimetres, Voxel

SIZES_MM = ((16.0, 0.0), (32.0, 1.0), (64.0, 2.0))  # margin around a place, least side of a voxel


@dataclass(frozen=True, slots=True)
class Crop:
    """hu: float32, the mean over `factor` voxels of the scan along each axis. start: its first voxel there.

    open: for both ends of each axis, whether the scan goes on behind the crop's border.
    """

    hu: np.ndarray = field(repr=False)
    start: Voxel
    factor: Voxel
    spacing_mm: Millimetres
    open: tuple[tuple[bool, bool], ...]

    def inside(self, at: Voxel) -> Voxel:
        """A voxel of the scan as one of the crop."""
        z, y, x = (
            min((i - s) // f, n - 1)
            for i, s, f, n in zip(at, self.start, self.factor, self.hu.shape, strict=True)
        )
        return z, y, x

    def full(self, mask: np.ndarray) -> np.ndarray:
        """A mask of the crop in voxels of the scan, from `start` on."""
        for axis, factor in enumerate(self.factor):
            mask = mask.repeat(factor, axis=axis) if factor > 1 else mask
        return mask

    def leaves(self, mask: np.ndarray) -> int:
        """Voxels of the mask on borders behind which the scan goes on."""
        count = 0
        for axis, ends in enumerate(self.open):
            count += sum(
                int(mask.take(end, axis).sum()) for end, open_ in zip((0, -1), ends, strict=True) if open_
            )
        return count


def crop(
    hu: np.ndarray,
    spacing_mm: Millimetres,
    box: tuple[slice, slice, slice],
    margin_mm: float,
    voxel_mm: float,
) -> Crop:
    """The part within `margin_mm` of a box of voxels, voxels joined until they are at least `voxel_mm` wide.

    Joining needs whole groups: up to one group less at the far ends is given away.
    """
    ends = []
    for b, n, mm in zip(box, hu.shape, spacing_mm, strict=True):
        margin, factor = math.ceil(margin_mm / mm), max(math.floor(voxel_mm / mm + 0.01), 1)
        low, high = max(b.start - margin, 0), min(b.stop + margin, n)
        factor = min(factor, high - low)
        ends.append((low, low + (high - low) // factor * factor, factor, low > 0, high < n))
    part = hu[tuple(slice(low, high) for low, high, *_ in ends)].astype(np.float32)
    for axis, (_, _, factor, *_) in enumerate(ends):
        if factor > 1:
            grouped = (*part.shape[:axis], part.shape[axis] // factor, factor, *part.shape[axis + 1 :])
            part = part.reshape(grouped).mean(axis=axis + 1)
    (z, fz), (y, fy), (x, fx) = ((low, factor) for low, _, factor, *_ in ends)
    wide = (spacing_mm[0] * fz, spacing_mm[1] * fy, spacing_mm[2] * fx)
    return Crop(part, (z, y, x), (fz, fy, fx), wide, tuple((low, high) for *_, low, high in ends))
