"""Measures of an outlined nodule: axes, volume, HU, kind of density, shape of its margin.

Axes follow the Fleischner Society (Bankier et al., Radiology 2017;285:584): both in the one axial slice in
which the long axis is largest, the short one across it, averaged and rounded to a whole mm. They end where
the HU are halfway from lung to nodule, between pixels: whole pixels and an outline's generous rim would add
one to two pixels. For the volume each voxel counts by the share of nodule that its HU shows, so that blur
and thick slices do not add to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import depth, pixel_mm

_STEPS = 8  # a pixel is divided into, to find where an axis ends
_MOST_STEPS = 400  # along one side of a slice of the outline: in a mass a pixel is a small part
_WIDE_PIXELS, _WIDE_MM = 2.5, 2.0  # wider than the rim between a nodule and an outline around it
_TRIED = 3  # slices with the longest outline: one of them holds the long axis


@dataclass(frozen=True, slots=True)
class Axes:
    """slice_index: of the scan. long, short: (row, column) of both ends, in voxels of the scan."""

    slice_index: int
    long_mm: float
    short_mm: float
    long: tuple[tuple[float, float], tuple[float, float]] = field(repr=False)
    short: tuple[tuple[float, float], tuple[float, float]] = field(repr=False)

    @property
    def mean_mm(self) -> int:
        """The average of both axes in whole mm, halves up."""
        return math.floor((self.long_mm + self.short_mm) / 2 + 0.5)


def axes(outline: Outline) -> Axes:
    """Long and short axis of the outline itself, in the axial slice where the long axis is largest."""
    return _axes(outline, *_longest(outline)[-1])


def axes_at(part: np.ndarray, outline: Outline, level_hu: float) -> Axes:
    """The same of what reaches `level_hu` inside the outline, between pixels. part: HU of `outline.place`.

    What a reader drew beyond it counts as drawn where it is wider than any rim. Where nothing reaches the
    level, those of the outline itself.
    """
    values = part.astype(np.float32, copy=False)
    drawn = _longest(outline)
    wide = max(_WIDE_PIXELS, _WIDE_MM / pixel_mm(outline.spacing_mm))
    edges = ((k, _edge(values[k], outline.mask[k], level_hu, wide)) for k, _ in drawn[-_TRIED:])
    found = [_axes(outline, k, _hull(edge)) for k, edge in edges if len(edge) > 2]
    return max(found, key=lambda each: each.long_mm) if found else _axes(outline, *drawn[-1])


def _longest(outline: Outline) -> list[tuple[int, np.ndarray]]:
    """Slices of the outline's box that hold some of it, and its hull there; the longest one last."""
    hulls = [(int(k), _hull(_sides(outline.mask[k]))) for k in np.flatnonzero(outline.mask.any(axis=(1, 2)))]
    pixel = outline.spacing_mm[1:]
    hulls.reverse()  # of equal ones the first is the last
    return sorted(hulls, key=lambda each: float(_apart(each[1] * pixel).max()))


def _hull(edge: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.convexHull(edge.astype(np.float32))[:, 0], np.float64)


def _apart(points: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(points[:, None] - points[None], axis=2))


def _axes(outline: Outline, k: int, hull: np.ndarray) -> Axes:
    """Of a convex hull in a slice, (n, 2) row and column of the outline's box."""
    _, row_mm, column_mm = outline.spacing_mm
    mm = hull * (row_mm, column_mm)
    apart = _apart(mm)
    a, b = (int(i) for i in np.unravel_index(int(apart.argmax()), apart.shape))
    along = (mm[b] - mm[a]) / apart[a, b]
    c, d = _across(mm, along)
    offset = np.array(outline.start[1:])
    ends = [
        (float(r), float(q))
        for r, q in (*(hull[[a, b]] + offset), *(np.array([c, d]) / (row_mm, column_mm) + offset))
    ]
    return Axes(
        k + outline.start[0],
        float(apart[a, b]),
        float(np.linalg.norm(d - c)),
        (ends[0], ends[1]),
        (ends[2], ends[3]),
    )


def _edge(hu: np.ndarray, mask: np.ndarray, level_hu: float, wide: float) -> np.ndarray:
    """(n, 2) row and column of the largest piece at or above a level inside a mask, in parts of a pixel.

    wide: pixels; what is below the level and at least so wide is a part of it.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    place = slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1)
    height, width = mask[place].shape
    steps = min(max(_MOST_STEPS // max(height, width), 1), _STEPS)
    size = (width * steps, height * steps)
    fine = cv2.resize(hu[place], size, interpolation=cv2.INTER_LINEAR)
    inside = cv2.resize(mask[place].view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    reached = (inside & (fine >= level_hu)).view(np.uint8)
    if not reached.any():
        return np.empty((0, 2))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (round(wide * steps),) * 2)
    added = cv2.morphologyEx(inside.view(np.uint8) - reached, cv2.MORPH_OPEN, disk)
    contours, _ = cv2.findContours(np.maximum(reached, added), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea)[:, 0, ::-1]
    return np.asarray((_outwards(largest) + 0.5) / steps - 0.5 + (top, left))


def _sides(mask: np.ndarray) -> np.ndarray:
    """(n, 2) row and column of the middles of the outer pixels' sides; (0, 0) is a pixel's centre."""
    contours, _ = cv2.findContours(mask.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return _outwards(np.concatenate(contours)[:, 0, ::-1])


def _outwards(pixels: np.ndarray) -> np.ndarray:
    """The middles of pixels' sides."""
    return np.concatenate([pixels + step for step in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))])


def _across(hull_mm: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the longest chord of a convex polygon that is perpendicular to `along`."""
    across = np.array([-along[1], along[0]])
    t, s = hull_mm @ along, hull_mm @ across
    nxt = np.roll(np.arange(len(t)), -1)
    best = (-1.0, 0.0, 0.0, 0.0)
    for level in np.unique(t):
        low, high = np.minimum(t, t[nxt]), np.maximum(t, t[nxt])
        hit = (low <= level) & (level <= high)
        span = np.where(high > low, high - low, 1.0)
        part = np.where(t <= t[nxt], level - low, high - level) / span
        crossing = np.concatenate([(s + part * (s[nxt] - s))[hit], s[t == level]])
        best = max(
            best, (float(np.ptp(crossing)), float(level), float(crossing.min()), float(crossing.max()))
        )
    _, level, first, last = best
    return level * along + first * across, level * along + last * across


@dataclass(frozen=True, slots=True)
class Filling:
    """What a nodule holds. lung_hu: around it. inside_hu: of its substance, blur undone. volume_mm3."""

    lung_hu: float
    inside_hu: float
    volume_mm3: float


_RIM_PIXELS = 2.0  # beyond the outline: as far as a scanner's blur spreads what is inside
_BLUR_MM = 0.55  # σ of a usual reconstruction kernel in its plane
_LEAST_CONTRAST_HU = 50.0
_SHALLOW_MM = 4.0  # nodules nowhere deeper: their middle, too, is blurred


def filling(hu: np.ndarray, outline: Outline) -> Filling:
    """Volume by the share of nodule in each voxel, of the scan's HU (slices, rows, columns).

    All that stands out of the lung inside the outline and its rim, over the HU of the substance. In a nodule
    hardly wider than the blur no voxel shows the substance: its HU comes from the peak, the sum and the blur.
    """
    part, mask, spacing = with_rim(hu, outline)
    outward = depth(~mask, spacing)
    near = outward <= max(_RIM_PIXELS * pixel_mm(spacing), spacing[0] * 1.01)
    around = part[~near & (part < -500)]
    lung = float(np.median(around)) if around.size > 20 else outline.lung_hu
    peak, inner_mm = _peak(part, mask, spacing)
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


def with_rim(hu: np.ndarray, outline: Outline) -> tuple[np.ndarray, np.ndarray, tuple[float, float, float]]:
    """HU and mask of the outline's box and 6 mm around it."""
    wide = [max(math.ceil(6.0 / mm), 2) for mm in outline.spacing_mm]
    box = [
        (max(b.start - w, 0), min(b.stop + w, n)) for b, w, n in zip(outline.box, wide, hu.shape, strict=True)
    ]
    window = tuple(slice(low, high) for low, high in box)
    mask = np.zeros([high - low for low, high in box], bool)
    inside = tuple(slice(b.start - low, b.stop - low) for b, (low, _) in zip(outline.box, box, strict=True))
    own = tuple(slice(b.start - s, b.stop - s) for b, s in zip(outline.box, outline.start, strict=True))
    mask[inside] = outline.mask[own]
    return hu[window].astype(np.float32), mask, outline.spacing_mm


def _peak(part: np.ndarray, mask: np.ndarray, spacing: tuple[float, float, float]) -> tuple[float, float]:
    """HU in the nodule's middle, and how deep that lies below its surface, mm."""
    deep = depth(mask, spacing)
    most = float(deep.max())
    middle = part[deep >= max(0.5 * most, min(most, 2.5))]
    return float(np.median(middle)) if most >= _SHALLOW_MM else float(part[deep >= 0.7 * most].max()), most


def _through(contrast: np.ndarray, mask: np.ndarray, spacing: tuple[float, float, float]) -> float:
    """Sum along z through the mask's middle, HU mm: the mean of the pixels within 0.6 mm of it."""
    z, y, x = np.nonzero(mask)
    near = slice(max(int(z.min()) - 1, 0), int(z.max()) + 2)
    line = contrast[near].sum(axis=0) * spacing[0]
    rows, columns = np.indices(line.shape)
    away = np.hypot((rows - y.mean()) * spacing[1], (columns - x.mean()) * spacing[2])
    return max(float(line[away <= max(0.6, float(away.min()))].mean()), 1.0)


def _undone(peak: float, total: float, spacing: tuple[float, float, float]) -> float:
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
