"""Length, angle, area and statistics of values: pure functions of a slice and points on it.

Points are image coordinates: the pixel of row r and column c covers [c, c + 1) × [r, r + 1). A pixel belongs
to a region when its centre lies in it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind

OF_CORNERS = (Kind.POLYGON, Kind.CONTOUR)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured number. unit: "mm", "mm²", "px", "px²". source: of the size of a pixel, "" for pixels."""

    value: float
    unit: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the values of a region, in the slice's unit; padding and values that are not finite are left out.

    deviation: of the population (divided by n).
    """

    count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float


def length(slice_: Slice, start: Point, end: Point) -> Quantity:
    """Distance of two points: mm when the size of a pixel is known there, else pixels."""
    size = pixel_size(slice_, (start, end))
    row, column, source = size or (1.0, 1.0, "")
    distance = math.hypot((end.x - start.x) * column, (end.y - start.y) * row)
    return Quantity(distance, "mm" if size else "px", source)


def angle(slice_: Slice, one: Point, vertex: Point, other: Point) -> float | None:
    """Angle at the vertex in degrees, 0 to 180, in the patient's plane; None when an arm has no length.

    Without a size of pixels their shape counts.
    """
    row, column, _ = pixel_size(slice_, (one, vertex, other)) or (slice_.ratio, 1.0, "")
    first, second = (((p.x - vertex.x) * column, (p.y - vertex.y) * row) for p in (one, other))
    if math.hypot(*first) == 0 or math.hypot(*second) == 0:
        return None
    cross = first[0] * second[1] - first[1] * second[0]
    return math.degrees(abs(math.atan2(cross, first[0] * second[0] + first[1] * second[1])))


def path_length(slice_: Slice, points: Sequence[Point]) -> Quantity:
    """The lengths between each point and the next, added up; mm when the size of a pixel is known at all."""
    size = pixel_size(slice_, points)
    row, column, source = size or (1.0, 1.0, "")
    total = sum(math.hypot((b.x - a.x) * column, (b.y - a.y) * row) for a, b in itertools.pairwise(points))
    return Quantity(total, "mm" if size else "px", source)


def axes(slice_: Slice, points: Sequence[Point]) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    """Of two lines, by their four ends, the longer one, then the shorter."""
    one, other = (points[0], points[1]), (points[2], points[3])
    return (one, other) if length(slice_, *one).value >= length(slice_, *other).value else (other, one)


def between(slice_: Slice, points: Sequence[Point]) -> float | None:
    """The angle between two lines, by their four ends: 0 to 90 degrees, in the patient's plane.

    None when a line has no length. Cobb's angle, when each line follows an end plate.
    """
    shift = points[2].moved(points[0].x - points[2].x, points[0].y - points[2].y)
    end = points[3].moved(points[0].x - points[2].x, points[0].y - points[2].y)
    found = angle(slice_, points[1], shift, end)
    return None if found is None else min(found, 180.0 - found)


def area(slice_: Slice, region: Annotation) -> Quantity:
    """Area of a region as drawn, not of its pixels. ValueError for a kind that has none."""
    left, top, right, bottom = region.box
    if region.kind is Kind.ELLIPSE:
        pixels = math.pi / 4 * (right - left) * (bottom - top)
    elif region.kind is Kind.RECTANGLE:
        pixels = (right - left) * (bottom - top)
    elif region.kind in OF_CORNERS:
        pixels = _shoelace(region.points)
    else:
        raise ValueError(f"{region.kind} has no area")
    size = pixel_size(slice_, (Point(left, top), Point(right, bottom)))
    row, column, source = size or (1.0, 1.0, "")
    return Quantity(pixels * row * column, "mm²" if size else "px²", source)


def statistics(slice_: Slice, region: Annotation) -> Statistics | None:
    """Statistics of a grey slice's values inside; None when no pixel's centre is, or the slice has colour."""
    if slice_.colour:
        return None
    values = values_inside(slice_, region)
    if values.size == 0:
        return None
    exact = values.astype(np.float64)  # float32 sums lose digits on a large region
    return Statistics(
        values.size, float(exact.mean()), float(exact.std()), float(exact.min()), float(exact.max())
    )


def value_at(slice_: Slice, point: Point) -> np.ndarray | None:
    """The value of the pixel under a point: () float32, (3,) uint8; None outside of the picture."""
    row, column = math.floor(point.y), math.floor(point.x)
    inside = 0 <= row < slice_.rows and 0 <= column < slice_.columns
    return slice_.values[row, column] if inside else None


def inside(region: Annotation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Mask (rows, columns): which pixels of these row and column numbers lie in the region."""
    x, y = columns[None, :] + 0.5, rows[:, None] + 0.5
    left, top, right, bottom = region.box
    if region.kind is Kind.RECTANGLE:
        return np.asarray((left <= x) & (x < right) & (top <= y) & (y < bottom))
    if region.kind is Kind.ELLIPSE:
        return _in_ellipse(x, y, region.box)
    if region.kind in OF_CORNERS:
        return _in_polygon(x, y, region.points)
    raise ValueError(f"{region.kind} has no inside")


def pixel_size(slice_: Slice, points: Sequence[Point]) -> tuple[float, float, str] | None:
    """Height and width of a pixel in mm and where they are from; None when they are not known there.

    In an ultrasound picture all points must lie in one region, none in another that is not of its size:
    a spectrum or a trace is laid over the picture.
    """
    if slice_.spacing:
        return slice_.spacing.row, slice_.spacing.column, slice_.spacing.source
    around = [r for r in slice_.regions if all(r.holds(p.x, p.y) for p in points)]
    touched = [r for r in slice_.regions if any(r.covers(p.x, p.y) for p in points)]
    sizes = {(r.row, r.column) for r in (*around, *touched)}
    if not around or len(sizes) != 1 or (0.0, 0.0) in sizes:
        return None
    return (*sizes.pop(), "UltrasoundRegion")


def _shoelace(points: Sequence[Point]) -> float:
    pairs = zip(points, (*points[1:], points[0]), strict=True)
    return abs(sum(a.x * b.y - b.x * a.y for a, b in pairs)) / 2


def values_inside(slice_: Slice, region: Annotation) -> np.ndarray:
    """(n,) values of a grey slice in a region, without padding and what is not finite."""
    left, top, right, bottom = region.box
    rows = np.arange(max(math.floor(top), 0), min(math.ceil(bottom), slice_.rows))
    columns = np.arange(max(math.floor(left), 0), min(math.ceil(right), slice_.columns))
    if rows.size == 0 or columns.size == 0:
        return np.empty(0, slice_.values.dtype)
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    values = slice_.values[window]
    chosen = inside(region, rows, columns) & np.isfinite(values)
    if slice_.padding is not None:
        chosen &= ~slice_.padding[window]
    return np.asarray(values[chosen])


def _in_ellipse(x: np.ndarray, y: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if width == 0 or height == 0:
        return np.zeros(np.broadcast_shapes(x.shape, y.shape), bool)
    across, down = (2 * x - left - right) / width, (2 * y - top - bottom) / height
    return np.asarray(across**2 + down**2 <= 1.0)


def _in_polygon(x: np.ndarray, y: np.ndarray, points: Sequence[Point]) -> np.ndarray:
    """Even–odd rule, an edge at a time: each flips what lies left of it in the rows it crosses."""
    mask = np.zeros((y.shape[0], x.shape[1]), bool)
    middle = y[:, 0]
    for a, b in zip(points, (*points[1:], points[0]), strict=True):
        crossed = np.flatnonzero((a.y <= middle) != (b.y <= middle))
        if crossed.size:
            at = a.x + (middle[crossed] - a.y) * (b.x - a.x) / (b.y - a.y)
            mask[crossed] ^= x < at[:, None]
    return mask
