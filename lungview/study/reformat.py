"""Reformat: a plane of any direction and thickness cut from a volume (MPR, slab, MIP, MinIP)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Spacing
from lungview.machine import cpus
from lungview.study import aligned
from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import AIR_HU, Volume

MAX_SIDE = 4096  # pixels
_BLOCK = 1 << 15  # samples worked on at once: what they need stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Reformat:
    """A picture that no scanner took.

    values: (rows, columns) float32 in `unit`, read-only; air (or 0 where the unit is not HU) outside.
    outside: (rows, columns) bool, True where the volume does not reach.
    """

    values: np.ndarray = field(repr=False)
    outside: np.ndarray = field(repr=False)
    plane: Plane
    spacing: Spacing
    unit: str = "HU"

    def __post_init__(self) -> None:
        self.values.flags.writeable = False
        self.outside.flags.writeable = False

    def point_mm(self, row: float, column: float) -> Vector:
        """The place in the patient of a pixel; fractions count, (0, 0) is the first pixel's centre."""
        rows, columns = self.values.shape
        down = (row - (rows - 1) / 2) * self.spacing.row
        across = (column - (columns - 1) / 2) * self.spacing.column
        x, y, z = (
            c + across * r + down * d
            for c, r, d in zip(self.plane.centre, self.plane.row, self.plane.column, strict=True)
        )
        return x, y, z

    def pixel(self, point_mm: Vector) -> tuple[float, float]:
        """Row and column, with fractions, of a place dropped perpendicularly onto the plane."""
        rows, columns = self.values.shape
        away = np.subtract(point_mm, self.plane.centre)
        down, across = float(away @ self.plane.column), float(away @ self.plane.row)
        return down / self.spacing.row + (rows - 1) / 2, across / self.spacing.column + (columns - 1) / 2


def cut(
    volume: Volume, plane: Plane, *, shape: tuple[int, int] | None = None, pixel_mm: float | None = None
) -> Reformat:
    """Cut a plane; values between voxels are interpolated linearly in three directions.

    shape: (rows, columns); without it as many as show the whole volume around the plane's centre.
    pixel_mm: side of a pixel; without it that of the volume's finest direction. A slab is sampled once per
    voxel across it and joined by the plane's projection; what lies outside the volume does not count.
    Raises GeometryError for a picture of no or too many pixels.
    """
    pixel = min(volume.spacing_mm) if pixel_mm is None else pixel_mm
    if not (math.isfinite(pixel) and pixel > 0):
        raise GeometryError(f"a pixel's side is above 0 mm, found {pixel}")
    rows, columns = shape or _enough(volume, plane, pixel)
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE):
        raise GeometryError(f"a plane has 1 to {MAX_SIDE} pixels a side, found {rows} × {columns}")
    sheet = _Sheet(volume, plane, pixel, rows, columns)
    values, outside = np.empty((rows, columns), np.float32), np.empty((rows, columns), bool)

    def fill(top: int) -> None:
        band = slice(top, min(top + sheet.band, rows))
        values[band], outside[band] = sheet.samples(band)

    list(_pool().map(fill, range(0, rows, sheet.band)))
    return Reformat(values, outside, plane, Spacing(pixel, pixel, "PixelSpacing"), volume.unit)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """NumPy lets other threads run while it gathers."""
    return ThreadPoolExecutor(max_workers=min(cpus(), 8), thread_name_prefix="cut")


def _enough(volume: Volume, plane: Plane, pixel: float) -> tuple[int, int]:
    """Rows and columns that hold the volume's shadow on the plane, the centre in the middle."""
    ends = np.array(np.meshgrid(*((-0.5, n - 0.5) for n in volume.shape))).reshape(3, -1).T
    away = volume.point_mm(ends) - np.asarray(plane.centre)
    rows, columns = (2 * float(np.abs(away @ direction).max()) for direction in (plane.column, plane.row))
    return max(1, math.ceil(rows / pixel)), max(1, math.ceil(columns / pixel))


class _Sheet:
    """Where the pixels of a plane lie in a volume, in indices."""

    def __init__(self, volume: Volume, plane: Plane, pixel: float, rows: int, columns: int) -> None:
        self.band = max(1, _BLOCK // columns)  # rows of the picture
        self._volume = volume
        self._projection = plane.projection
        self._down = volume.inverse @ np.asarray(plane.column) * pixel
        self._across = volume.inverse @ np.asarray(plane.row) * pixel
        middle = volume.index(plane.centre)
        self._first = middle - self._down * (rows - 1) / 2 - self._across * (columns - 1) / 2
        self._columns = np.arange(columns, dtype=np.float64)
        across = volume.inverse @ np.asarray(plane.normal)
        self._depths = _depths(across, plane.thickness_mm)
        self._axes = aligned.axes_of(across, self._down, self._across)

    def samples(self, band: slice) -> tuple[np.ndarray, np.ndarray]:
        """Values and what is outside, of some rows of the picture."""
        rows = np.arange(band.start, band.stop, dtype=np.float64)
        sheets = self._aligned(rows, self._axes) if self._axes is not None else self._slanted(rows[:, None])
        values, inside = _joined(sheets, self._projection)
        outside = ~inside
        values[outside] = AIR_HU if self._volume.unit == "HU" else 0.0
        return values, outside

    def _aligned(
        self, rows: np.ndarray, axes: aligned.Axes
    ) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        depths = self._first[axes.depth] + self._depths[:, axes.depth]
        down = self._first[axes.down] + rows * self._down[axes.down]
        across = self._first[axes.across] + self._columns * self._across[axes.across]
        return aligned.sheets(self._volume.values, axes, depths, down, across)

    def _slanted(self, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        flat = [self._first[a] + rows * self._down[a] + self._columns * self._across[a] for a in range(3)]
        return (self._sheet(flat, depth) for depth in self._depths)

    def _sheet(self, flat: list[np.ndarray], depth: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Values of one sheet and whether each is in the volume, None where all are.

        flat: indices of the plane's middle sheet; depth: from it to this one. Places are linear, so they are
        extreme in a corner.
        """
        places = [(f + d).astype(np.float32) for f, d in zip(flat, depth, strict=True)]
        corners = np.array([p[[0, 0, -1, -1], [0, -1, 0, -1]] for p in places])
        last = np.array(self._volume.shape)[:, None] - 1
        if (corners >= 0).all() and (corners <= last).all():
            return _linear(self._volume.values, places), None
        inside = np.ones(places[0].shape, bool)
        for place, count in zip(places, self._volume.shape, strict=True):
            inside &= (place >= -0.5) & (place <= count - 0.5)
        values = np.zeros(inside.shape, np.float32)
        if inside.any():  # a slanted picture is half empty: only what it shows is looked up
            reached = [
                np.clip(place[inside], 0, count - 1)
                for place, count in zip(places, self._volume.shape, strict=True)
            ]
            values[inside] = _linear(self._volume.values, reached)
        return values, inside


def _depths(across: np.ndarray, thickness_mm: float) -> np.ndarray:
    """Offsets of a slab's sheets, (sheets, 3) in indices. across: (3,) indices for one mm along the normal.

    Sheets share the thickness evenly, so that their mean stands for the slab and no more.
    """
    voxels = float(np.linalg.norm(across)) * thickness_mm
    count = max(1, math.ceil(voxels - 1e-6))
    steps = ((np.arange(count) + 0.5) / count - 0.5) * thickness_mm
    return np.asarray(steps[:, None] * across)


def _joined(
    sheets: Iterator[tuple[np.ndarray, np.ndarray | None]], projection: Projection
) -> tuple[np.ndarray, np.ndarray]:
    """One value a pixel of those that are inside, and whether any was."""
    neutral = {Projection.MEAN: 0.0, Projection.MAX: -np.inf, Projection.MIN: np.inf}[projection]
    join = {Projection.MEAN: np.add, Projection.MAX: np.maximum, Projection.MIN: np.minimum}[projection]
    joined: np.ndarray | None = None
    counts: np.ndarray = np.zeros(1, np.int32)
    for values, inside in sheets:
        if inside is not None:
            values[~inside] = neutral
        counts = counts + (1 if inside is None else inside)
        joined = values if joined is None else join(joined, values, out=joined)
    assert joined is not None  # a plane has one sheet at least
    if projection is Projection.MEAN:
        joined /= np.maximum(counts, 1)
    return joined, np.broadcast_to(counts > 0, joined.shape)


def _linear(values: np.ndarray, places: list[np.ndarray]) -> np.ndarray:
    """Trilinear values, float32, at index places (float32) within the outermost centres."""
    base = np.zeros(places[0].shape, np.int32)
    shares = []
    for place, count in zip(places, values.shape, strict=True):
        whole = place.astype(np.int32)
        np.minimum(whole, max(count - 2, 0), out=whole)
        shares.append(np.subtract(place, whole, dtype=np.float32))
        base *= count
        base += whole
    slices, rows, columns = values.shape
    steps = [rows * columns if slices > 1 else 0, columns if rows > 1 else 0, 1 if columns > 1 else 0]
    return _between(values.reshape(-1), base.astype(np.intp), steps, shares)


def _between(flat: np.ndarray, base: np.ndarray, steps: list[int], shares: list[np.ndarray]) -> np.ndarray:
    """Linear interpolation along the first of the axes, between two of the others."""
    if not steps:
        return np.asarray(flat.take(base), np.float32)
    low = _between(flat, base, steps[1:], shares[1:])
    high = _between(flat, base + steps[0], steps[1:], shares[1:])
    high -= low
    high *= shares[0]
    low += high
    return low
