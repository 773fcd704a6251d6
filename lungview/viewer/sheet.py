"""A picture as a rectangle in the patient: image points to mm and back, and where two pictures cross."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lungview.image.slice import Geometry, Slice, Spacing
from lungview.study.space import Vector, picture_mm

ImagePoint = tuple[float, float]  # x = column, y = row; pixel (0, 0) covers 0…1
_FLAT = 1e-9
_PARALLEL = math.cos(math.radians(0.5))


@dataclass(frozen=True)
class Sheet:
    """Where a picture lies. rows, columns: of pixels of `spacing`."""

    geometry: Geometry
    spacing: Spacing
    rows: int
    columns: int

    @cached_property
    def _row(self) -> np.ndarray:
        return np.asarray(self.geometry.orientation[:3])

    @cached_property
    def _column(self) -> np.ndarray:
        return np.asarray(self.geometry.orientation[3:])

    @cached_property
    def normal(self) -> np.ndarray:
        """Unit vector across the picture."""
        return np.asarray(self.geometry.normal)

    def point_mm(self, at: ImagePoint) -> Vector:
        """The place in the patient of an image point."""
        return _vector(picture_mm(self.geometry, self.spacing, np.array([at]))[0])

    def at(self, point_mm: Vector) -> ImagePoint:
        """The image point of a place dropped perpendicularly onto the picture."""
        away = np.subtract(point_mm, self.geometry.position)
        across, down = float(away @ self._row), float(away @ self._column)
        return across / self.spacing.column + 0.5, down / self.spacing.row + 0.5

    def along(self, direction: np.ndarray) -> ImagePoint:
        """A direction in the patient as steps of the image: columns and rows for one mm."""
        return float(direction @ self._row) / self.spacing.column, float(
            direction @ self._column
        ) / self.spacing.row

    def distance_mm(self, point_mm: Vector) -> float:
        """How far a place is from the picture, signed."""
        return float(np.subtract(point_mm, self.geometry.position) @ self.normal)

    def shows(self, at: ImagePoint) -> bool:
        """Whether an image point is on the picture."""
        return 0 <= at[0] <= self.columns and 0 <= at[1] <= self.rows


@lru_cache(maxsize=12)  # asked by every view of every other one
def sheet_of(slice_: Slice) -> Sheet | None:
    """Where a slice lies; None where its file does not say, or not how large its pixels are."""
    if slice_.instance.geometry is None or slice_.spacing is None:
        return None
    return Sheet(slice_.instance.geometry, slice_.spacing, slice_.rows, slice_.columns)


def crossing(on: Sheet, other: Sheet) -> tuple[ImagePoint, ImagePoint] | None:
    """The line on a picture in which another one crosses it, no longer than both are.

    None for pictures that are parallel, to half a degree, or do not meet.
    """
    if abs(float(on.normal @ other.normal)) > _PARALLEL:
        return None
    line = np.cross(on.normal, other.normal)
    line /= np.linalg.norm(line)
    # The point of the line nearest to the middle of `on`: in its plane, towards the other's.
    middle = np.asarray(on.point_mm((on.columns / 2, on.rows / 2)))
    towards = np.cross(line, on.normal)
    start = middle - towards * (other.distance_mm(_vector(middle)) / float(towards @ other.normal))
    least, most = -np.inf, np.inf
    for sheet in (on, other):
        low, high = _within(sheet, sheet.at(_vector(start)), sheet.along(line))
        least, most = max(least, low), min(most, high)
    if not least < most:
        return None
    first, last = (on.at(_vector(start + t * line)) for t in (least, most))
    return first, last


def _within(sheet: Sheet, start: ImagePoint, step: ImagePoint) -> tuple[float, float]:
    """Between which mm along a line it is on the picture; an empty range where it never is."""
    low, high = -np.inf, np.inf
    for at, by, size in zip(start, step, (sheet.columns, sheet.rows), strict=True):
        if abs(by) < _FLAT:
            if not 0 <= at <= size:
                return 0.0, 0.0
            continue
        ends = sorted(((0 - at) / by, (size - at) / by))
        low, high = max(low, ends[0]), min(high, ends[1])
    return float(low), float(high)


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
