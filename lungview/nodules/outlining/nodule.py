"""Nodule: an outline in its scan, and what it holds: its volume, and the HU of its substance.

For the volume each voxel counts by the share of nodule that its HU shows, so that blur and thick slices do
not add to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lungview.nodules.outlining.measure import Hulls, hulls
from lungview.nodules.outlining.outline import Millimetres, Outline
from lungview.nodules.outlining.proposals import blurred
from lungview.nodules.outlining.voxels import Window, depth, pixel_mm, shell, window

_AROUND_MM = 6.0
_NOISE_MM = 0.7  # σ of the blur against it
_RIM_PIXELS = 2.0  # beyond the outline: as far as a scanner's blur spreads what is inside
_BLUR_MM = 0.55  # σ of a usual reconstruction kernel in its plane
_LEAST_CONTRAST_HU = 50.0
_SHALLOW_MM = 4.0  # nodules nowhere deeper: their middle, too, is blurred


@dataclass(frozen=True, slots=True)
class Filling:
    """What a nodule holds. lung_hu: around it. inside_hu: of its substance, blur undone. volume_mm3."""

    lung_hu: float
    inside_hu: float
    volume_mm3: float


@dataclass(frozen=True, eq=False)
class Nodule:
    """An outlined nodule in its scan. What more than one measure needs of it is worked out once.

    hu: of the scan, (slices, rows, columns). Its other arrays are of the outline's box and 6 mm around it.
    """

    hu: np.ndarray = field(repr=False)
    outline: Outline

    @cached_property
    def place(self) -> Window:
        """Of the scan: where the arrays lie."""
        box, spacing = self.outline.box, self.outline.spacing_mm
        wide = [max(math.ceil(_AROUND_MM / mm), 2) for mm in spacing]
        z, y, x = (
            slice(max(b.start - w, 0), min(b.stop + w, n))
            for b, w, n in zip(box, wide, self.hu.shape, strict=True)
        )
        return z, y, x

    @cached_property
    def part(self) -> np.ndarray:
        """HU, float32."""
        return self.hu[self.place].astype(np.float32)

    @cached_property
    def mask(self) -> np.ndarray:
        """bool: the outline."""
        made = np.zeros(self.part.shape, bool)
        box = self.outline.box
        inside = tuple(
            slice(b.start - p.start, b.stop - p.start) for b, p in zip(box, self.place, strict=True)
        )
        own = tuple(slice(b.start - s, b.stop - s) for b, s in zip(box, self.outline.start, strict=True))
        made[inside] = self.outline.mask[own]
        return made

    @cached_property
    def near(self) -> Window:
        """Of the arrays: the mask and a voxel around it."""
        return window(self.mask)

    @cached_property
    def skin(self) -> np.ndarray:
        """bool, of `near`: the voxels outside that share a face with it."""
        return shell(self.mask[self.near])

    @cached_property
    def smooth(self) -> np.ndarray:
        """HU blurred against noise."""
        return blurred(self.part, _NOISE_MM, self.outline.spacing_mm)

    @cached_property
    def deep(self) -> np.ndarray:
        """mm below the outline's surface; 0 outside of it."""
        made = np.zeros(self.mask.shape, np.float32)
        made[self.near] = depth(self.mask[self.near], self.outline.spacing_mm)
        return made

    @cached_property
    def away(self) -> np.ndarray:
        """mm from the outline, right as far as measures look: `_AROUND_MM` and the rim; 0 inside."""
        most = 1.01 * max(_AROUND_MM, _rim_mm(self.outline.spacing_mm))
        return depth(~self.mask, self.outline.spacing_mm, most)

    @cached_property
    def hulls(self) -> Hulls:
        """As `measure.hulls`."""
        return hulls(self.outline)

    @cached_property
    def filling(self) -> Filling:
        return _filling(self)


def _rim_mm(spacing_mm: Millimetres) -> float:
    return max(_RIM_PIXELS * pixel_mm(spacing_mm), spacing_mm[0] * 1.01)


def _filling(nodule: Nodule) -> Filling:
    """Volume by the share of nodule in each voxel.

    All that stands out of the lung inside the outline and its rim, over the HU of the substance. In a nodule
    hardly wider than the blur no voxel shows the substance: its HU comes from the peak, the sum and the blur.
    """
    part, mask, outline = nodule.part, nodule.mask, nodule.outline
    spacing = outline.spacing_mm
    near = nodule.away <= _rim_mm(spacing)
    around = part[~near & (part < -500)]
    lung = float(np.median(around)) if around.size > 20 else outline.lung_hu
    peak, inner_mm = _peak(part, nodule.deep)
    other = ~mask & near & (part > (lung + peak) / 2)  # a vessel, the wall: not this nodule's blur
    total = float(np.sum((part - lung)[near & ~other])) * outline.voxel_mm3
    if peak - lung < _LEAST_CONTRAST_HU or total <= 0:
        return Filling(lung, peak, float(mask.sum()) * outline.voxel_mm3)
    contrast = peak - lung
    if inner_mm < _SHALLOW_MM and spacing[0] < inner_mm:
        contrast = _undone(contrast, total, spacing)
    elif inner_mm < _SHALLOW_MM:
        contrast = _undone_through(_through(part - lung, mask, spacing), total)
    return Filling(lung, lung + contrast, total / contrast)


def _peak(part: np.ndarray, deep: np.ndarray) -> tuple[float, float]:
    """HU in the nodule's middle, and how deep that lies below its surface, mm."""
    most = float(deep.max())
    middle = part[deep >= max(0.5 * most, min(most, 2.5))]
    return float(np.median(middle)) if most >= _SHALLOW_MM else float(part[deep >= 0.7 * most].max()), most


def _through(contrast: np.ndarray, mask: np.ndarray, spacing: Millimetres) -> float:
    """Sum along z through the mask's middle, HU mm: the mean of the pixels within 0.6 mm of it."""
    z, y, x = np.nonzero(mask)
    near = slice(max(int(z.min()) - 1, 0), int(z.max()) + 2)
    line = contrast[near].sum(axis=0) * spacing[0]
    rows, columns = np.indices(line.shape)
    away = np.hypot((rows - y.mean()) * spacing[1], (columns - x.mean()) * spacing[2])
    return max(float(line[away <= max(0.6, float(away.min()))].mean()), 1.0)


def _undone(peak: float, total: float, spacing: Millimetres) -> float:
    """Contrast of a blurred ball's substance from its peak and its sum (HU mm³), by fixed point."""
    across = math.hypot(_BLUR_MM, spacing[0] / math.sqrt(12))  # a slice averages over its thickness
    sigma = (_BLUR_MM**2 * across) ** (1 / 3)
    contrast = peak
    for _ in range(20):
        radius = _radius(total / contrast)
        contrast = peak / max(_peak_share(radius / sigma), 0.1)
    return contrast


def _undone_through(through: float, total: float) -> float:
    """The same from the sum along the line through the middle (HU mm): how thick slices are is no matter.

    Of a ball, total : through is 2/3 π radius² but for the blur in the slice's plane.
    """
    radius = math.sqrt(1.5 * total / through / math.pi)
    for _ in range(20):
        radius = math.sqrt(1.5 * total * _line_share(radius / _BLUR_MM) / through / math.pi)
    return float(total / (4 / 3 * math.pi * radius**3))


def _radius(mm3: float) -> float:
    return math.cbrt(3 * mm3 / (4 * math.pi))


def _peak_share(q: float) -> float:
    """What a Gaussian blur leaves of the middle of a ball whose radius is q σ: (0, 1)."""
    return math.erf(q / math.sqrt(2)) - math.sqrt(2 / math.pi) * q * math.exp(-q * q / 2)


def _line_share(q: float) -> float:
    """What a Gaussian blur across it leaves of the middle line of a ball whose radius is q σ: (0, 1)."""
    t = (np.arange(64) + 0.5) / 64
    return max(float(np.mean(np.sqrt(1 - t**2) * t * np.exp(-((q * t) ** 2) / 2))) * q * q, 1e-3)
