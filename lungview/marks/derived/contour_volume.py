"""The volume of what was outlined slice by slice."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Spacing
from lungview.marks.annotation import Point

_PARALLEL = math.cos(math.radians(0.5))
_SAME_MM = 0.01  # slices nearer than this are one


@dataclass(frozen=True, slots=True)
class Contour:
    """A closed line on a slice. points: corners, px. number: the slice's, from 1, for messages."""

    points: tuple[Point, ...]
    geometry: Geometry | None
    spacing: Spacing | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class ContourVolume:
    """slices: with a contour; missing: slices between them without one, bridged in a straight line."""

    mm3: float
    slices: int
    missing: int


def contour_volume(contours: Sequence[Contour], step_mm: float | None = None) -> ContourVolume:
    """Planimetry: areas as drawn, straight from slice to slice, half a step beyond the first and the last.

    With a contour on every slice it is the sum of areas times the distance of slices. A contour within
    another one is a hole. step_mm: between neighbouring slices of the series; None takes the shortest found.
    GeometryError: fewer than two slices, no positions or sizes, slices not parallel, lines that cross.
    """
    places = _places(contours)
    areas = {at: _area(group) for at, group in places.items()}
    along = np.array(sorted(areas))
    if len(along) < 2:
        raise GeometryError("no volume: expected contours on two slices at least, found them on one")
    gaps = np.diff(along)
    step = step_mm or float(gaps.min())
    area = np.array([areas[at] for at in along])
    between = float(((area[1:] + area[:-1]) / 2 * gaps).sum())
    missing = int(np.maximum(np.rint(gaps / step) - 1, 0).sum())
    return ContourVolume(between + step / 2 * float(area[0] + area[-1]), len(along), missing)


def _places(contours: Iterable[Contour]) -> dict[float, list[Contour]]:
    """The contours of each slice, by its place along the common normal, mm."""
    normal: np.ndarray | None = None
    found: defaultdict[float, list[Contour]] = defaultdict(list)
    for each in contours:
        if each.geometry is None or each.spacing is None:
            raise GeometryError(
                f"no volume: expected positions and sizes of pixels, slice {each.number} has none"
            )
        own = np.array(each.geometry.normal)
        normal = own if normal is None else normal
        if not abs(float(own @ normal)) >= _PARALLEL:
            raise GeometryError(f"no volume: expected parallel slices, slice {each.number} is tilted")
        at = float(np.array(each.geometry.position) @ normal)
        found[next((known for known in found if abs(known - at) < _SAME_MM), at)].append(each)
    return dict(found)


def _area(contours: Sequence[Contour]) -> float:
    """Of the contours of one slice, mm²; what lies within one of them is a hole, within two solid again."""
    lines = [_mm(each) for each in contours]
    for line in lines:
        if _crosses_itself(line):
            raise GeometryError(f"no volume: a contour on slice {contours[0].number} crosses itself")
    for one, other in itertools.combinations(lines, 2):
        if _crossings(one, other).any():
            raise GeometryError(f"no volume: contours on slice {contours[0].number} cross each other")
    around = [sum(_within(line[0], other) for other in lines if other is not line) for line in lines]
    return sum(-_shoelace(line) if n % 2 else _shoelace(line) for line, n in zip(lines, around, strict=True))


def _mm(contour: Contour) -> np.ndarray:
    """(n, 2) corners, x and y in mm."""
    assert contour.spacing is not None, "looked at in _places"
    points = np.array([(p.x, p.y) for p in contour.points], float)
    return np.asarray(points * (contour.spacing.column, contour.spacing.row))


def _shoelace(line: np.ndarray) -> float:
    x, y = line.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _within(point: np.ndarray, line: np.ndarray) -> bool:
    """Whether a closed line goes round a point: even–odd rule."""
    a, b = line, np.roll(line, -1, axis=0)
    crossed = (a[:, 1] <= point[1]) != (b[:, 1] <= point[1])
    a, b = a[crossed], b[crossed]
    at = a[:, 0] + (point[1] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return bool(np.count_nonzero(at > point[0]) % 2)


def _crossings(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n, m): whether a side of one closed line crosses a side of the other; touching is no crossing."""
    a, b = one[:, None], np.roll(one, -1, axis=0)[:, None]
    c, d = other[None], np.roll(other, -1, axis=0)[None]
    apart = _side(a, b, c) * _side(a, b, d) < 0
    return np.asarray(apart & (_side(c, d, a) * _side(c, d, b) < 0))


def _crosses_itself(line: np.ndarray) -> bool:
    return bool(_crossings(line, line).any())


def _side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Above 0 where p lies to one side of the line from a to b, below 0 to the other."""
    (ax, ay), (bx, by), (px, py) = (np.moveaxis(each, -1, 0) for each in (a, b, p))
    return np.asarray((bx - ax) * (py - ay) - (by - ay) * (px - ax))
