"""Measures of an outlined nodule: its axes.

Axes follow the Fleischner Society (Bankier et al., Radiology 2017;285:584): both in the one axial slice in
which the long axis is largest, the short one across it, averaged and rounded to a whole mm. They end where
the HU are halfway from lung to nodule, between pixels: whole pixels and an outline's generous rim would add
one to two pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import pixel_mm

_STEPS = 8  # a pixel is divided into, to find where an axis ends
_MOST_STEPS = 400  # along one side of a slice of the outline: in a mass a pixel is a small part
_WIDE_PIXELS, _WIDE_MM = 2.5, 2.0  # wider than the rim between a nodule and an outline around it
_TRIED = 3  # slices with the longest outline: one of them holds the long axis


Hulls = list[tuple[int, np.ndarray]]


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


def axes(outline: Outline, drawn: Hulls | None = None) -> Axes:
    """Long and short axis of the outline itself, in the axial slice where the long axis is largest.

    drawn: its `hulls` where they are known.
    """
    return _axes(outline, *(drawn or hulls(outline))[-1])


def axes_at(part: np.ndarray, outline: Outline, level_hu: float, drawn: Hulls | None = None) -> Axes:
    """The same of what reaches `level_hu` inside the outline, between pixels. part: HU of `outline.place`.

    What a reader drew beyond it counts as drawn where it is wider than any rim. Where nothing reaches the
    level, those of the outline itself.
    """
    values = part.astype(np.float32, copy=False)
    drawn = drawn or hulls(outline)
    wide = max(_WIDE_PIXELS, _WIDE_MM / pixel_mm(outline.spacing_mm))
    edges = ((k, _edge(values[k], outline.mask[k], level_hu, wide)) for k, _ in drawn[-_TRIED:])
    found = [(k, _hull(edge)) for k, edge in edges if len(edge) > 2]
    pixel = outline.spacing_mm[1:]
    return _axes(outline, *max(found or drawn[-1:], key=lambda each: float(_apart(each[1] * pixel).max())))


def hulls(outline: Outline) -> Hulls:
    """Slices of the outline's box that hold some of it, and its hull there; the longest one last."""
    held = np.flatnonzero(outline.mask.any(axis=(1, 2)))
    pixel = outline.spacing_mm[1:]
    # From the last one: of equal ones the first then stands last.
    found = [(int(k), _hull(_sides(outline.mask[k]))) for k in reversed(held)]
    return sorted(found, key=lambda each: float(_apart(each[1] * pixel).max()))


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
    below = inside.view(np.uint8) - reached
    if _holds_square(below, len(disk)):
        reached = np.maximum(reached, cv2.morphologyEx(below, cv2.MORPH_OPEN, disk))
    contours, _ = cv2.findContours(reached, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea)[:, 0, ::-1]
    return np.asarray((_outwards(largest) + 0.5) / steps - 0.5 + (top, left))


def _holds_square(mask: np.ndarray, across: int) -> bool:
    """Whether a square that lies inside a disk of that many pixels fits in: what holds none holds no disk."""
    square = np.ones((2 * ((across - 1) // 3) + 1,) * 2, np.uint8)
    return bool(cv2.erode(mask, square).any())


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
