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
from lungview.nodules.outlining.voxels import Window, component, depth, window

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

    def full_in(self, mask: np.ndarray, near: Window) -> np.ndarray:
        """The same in a window of it."""
        ends = [(n.start // f, -(-n.stop // f)) for n, f in zip(near, self.factor, strict=True)]
        held = self.full(mask[tuple(slice(low, high) for low, high in ends)])
        firsts = [low * f for (low, _), f in zip(ends, self.factor, strict=True)]
        return held[tuple(slice(n.start - s, n.stop - s) for n, s in zip(near, firsts, strict=True))]

    def near(self, mask: np.ndarray, margin: int) -> Window:
        """The smallest box around a mask of the crop in voxels of the scan, and a margin of these."""
        z, y, x = (
            slice(max(w.start * f - margin, 0), min(w.stop * f + margin, n * f))
            for w, f, n in zip(window(mask, 0), self.factor, mask.shape, strict=True)
        )
        return z, y, x

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
    part = joined(hu[tuple(slice(low, high) for low, high, *_ in ends)], tuple(end[2] for end in ends))
    (z, fz), (y, fy), (x, fx) = ((low, factor) for low, _, factor, *_ in ends)
    wide = (spacing_mm[0] * fz, spacing_mm[1] * fy, spacing_mm[2] * fx)
    return Crop(part, (z, y, x), (fz, fy, fx), wide, tuple((low, high) for *_, low, high in ends))


def joined(values: np.ndarray, factor: tuple[int, ...]) -> np.ndarray:
    """The mean over so many voxels along each axis, float32. The shape is of whole groups."""
    for axis, n in enumerate(factor):
        if n == 2:  # far faster than a sum of two along an axis
            one, other = (values[(*(slice(None),) * axis, slice(k, None, 2))] for k in (0, 1))
            values = np.add(one, other, dtype=np.float32) / np.float32(2)
        elif n > 1:
            grouped = (*values.shape[:axis], values.shape[axis] // n, n, *values.shape[axis + 1 :])
            values = np.add.reduce(values.reshape(grouped), axis=axis + 1, dtype=np.float32) / np.float32(n)
    return values.astype(np.float32, copy=False)


def refined(hu: np.ndarray, spacing_mm: Millimetres, part: Crop, g: Ground, chosen: Chosen) -> np.ndarray:
    """The chosen mask in voxels of the scan, from `part.start` on. hu: (slices, rows, columns) of the scan.

    g, chosen: of the crop `part`.
    """
    if max(part.factor) == 1:
        return chosen.mask
    near = part.near(chosen.mask, max(part.factor))
    how = chosen.proposal
    inside = part.full_in(chosen.mask, near)
    lung = part.full_in(g.smooth <= how.threshold_hu, near)
    place = tuple(slice(s + n.start, s + n.stop) for s, n in zip(part.start, near, strict=True))
    tissue = blurred(hu[place].astype(np.float32), how.blur_mm, spacing_mm) > how.threshold_hu
    full = np.zeros([n * f for n, f in zip(chosen.mask.shape, part.factor, strict=True)], bool)
    full[near] = _drawn(inside, lung, tissue, spacing_mm, part)
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
