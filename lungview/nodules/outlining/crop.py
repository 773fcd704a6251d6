"""Crop: the part of a scan around a place, made coarser where the part is large, and the way back.

On the way back the edge of an outline is drawn in the scan's own voxels. What lies deeper inside or farther
outside than one joined voxel stays as it was found. Towards lung the threshold decides by which the outline
was found; where tissue goes on, towards a wall or a vessel, the cut stays and its corners are rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.nodules.outlining.choice import Chosen
from lungview.nodules.outlining.outline import Millimetres, Voxel
from lungview.nodules.outlining.proposals import Ground, blurred
from lungview.nodules.outlining.voxels import component, depth, window

_LEAVES = 0.02  # of an outline's voxels on a border of the surroundings: it goes on behind
SIZES_MM = ((16.0, 0.0), (32.0, 1.5), (64.0, 2.8))  # margin around a place, about the side of a voxel


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

    def holds(self, mask: np.ndarray) -> bool:
        """Whether a mask ends inside: hardly any of it lies on borders behind which the scan goes on."""
        return self.leaves(mask) <= _LEAVES * int(mask.sum())

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
    """The part within `margin_mm` of a box of voxels, voxels joined until they are about `voxel_mm` wide.

    Joining needs whole groups: up to one group less at the far ends is given away.
    """
    ends = []
    for b, n, mm in zip(box, hu.shape, spacing_mm, strict=True):
        margin, factor = math.ceil(margin_mm / mm), max(round(voxel_mm / mm), 1)
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


def refined(hu: np.ndarray, spacing_mm: Millimetres, part: Crop, g: Ground, chosen: Chosen) -> np.ndarray:
    """The chosen mask in voxels of the scan, from `part.start` on. hu: (slices, rows, columns) of the scan.

    g, chosen: of the crop `part`.
    """
    full = part.full(chosen.mask)
    if max(part.factor) == 1:
        return full
    near = window(full, max(part.factor))
    how = chosen.proposal
    lung = part.full(g.smooth <= how.threshold_hu)[near]
    place = tuple(slice(s + n.start, s + n.stop) for s, n in zip(part.start, near, strict=True))
    tissue = blurred(hu[place].astype(np.float32), how.blur_mm, spacing_mm) > how.threshold_hu
    full[near] = _drawn(full[near], lung, tissue, spacing_mm, part)
    return full


def _drawn(
    inside: np.ndarray, lung: np.ndarray, tissue: np.ndarray, spacing_mm: Millimetres, part: Crop
) -> np.ndarray:
    """inside, lung: as found in joined voxels; tissue: in the scan's own."""
    reach = max(f * mm for f, mm in zip(part.factor, spacing_mm, strict=True) if f > 1)
    deep = depth(inside, spacing_mm)
    near = depth(~inside, spacing_mm, 1.01 * reach) <= reach
    made = (deep > reach) | (tissue & (rounded(inside, part.factor) | (near & lung)))
    z, y, x = (int(i) for i in np.unravel_index(int(deep.argmax()), deep.shape))
    return component(made, (z, y, x)) if made[z, y, x] else inside


def rounded(mask: np.ndarray, factor: tuple[int, int, int]) -> np.ndarray:
    """A mask of joined voxels without their corners, slice by slice."""
    sigma = max(factor[1:]) / 2
    return np.stack([cv2.GaussianBlur(s.astype(np.float32), (0, 0), sigma) >= 0.5 for s in mask])
