"""Volume: the slices of a series as one block of values with a place in the patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lungview.errors import Cancelled, GeometryError
from lungview.image.slice import Instance, Slice, Spacing
from lungview.study.series import Series
from lungview.study.space import Vector
from lungview.study.stack import Stack, stack

AIR_HU = -1024  # what stands where a scanner measured nothing


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels on an even grid.

    values: (slices, rows, columns), read-only: int16 HU of CT, rounded to whole HU; else float32 in `unit`.
    spacing_mm: from voxel to voxel along slices, rows, columns. origin: centre of voxel (0, 0, 0), mm (LPS).
    axes: unit vectors in which the slice, the row and the column index grow; the first is not perpendicular
    to the others where the gantry was tilted. instances: the one at each slice, or nearest to it.
    notes: what was put right or left out, one sentence each; a reader must be shown them.
    gaps: where slices are missing and values lie between those that were measured, one sentence each.
    """

    values: np.ndarray = field(repr=False)
    spacing_mm: Vector
    origin: Vector
    axes: tuple[Vector, Vector, Vector]
    instances: tuple[Instance, ...] = field(default=(), repr=False)
    unit: str = "HU"
    frame_of_reference_uid: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.values.shape
        return slices, rows, columns

    @cached_property
    def matrix(self) -> np.ndarray:
        """(3, 3): mm in the patient for one step of the slice, the row and the column index, as columns."""
        matrix: np.ndarray = np.array(self.axes, float).T * np.array(self.spacing_mm, float)
        matrix.flags.writeable = False
        return matrix

    @cached_property
    def inverse(self) -> np.ndarray:
        """(3, 3): steps of the three indices for one mm along x, y and z."""
        inverse = np.linalg.inv(self.matrix)
        inverse.flags.writeable = False
        return inverse

    @property
    def voxel_mm3(self) -> float:
        return float(abs(np.linalg.det(self.matrix)))

    @property
    def centre(self) -> Vector:
        """The middle of the block, mm."""
        x, y, z = self.point_mm((np.array(self.shape) - 1) / 2)
        return float(x), float(y), float(z)

    def point_mm(self, index: np.ndarray | Vector) -> np.ndarray:
        """Places in the patient, (…, 3) mm, of indices (…, 3) as slice, row, column; fractions count."""
        return np.asarray(np.asarray(index, float) @ self.matrix.T + np.asarray(self.origin))

    def step_mm(self, direction: np.ndarray | Vector) -> float:
        """mm from voxel to voxel in a direction, a unit vector."""
        return 1 / float(np.linalg.norm(self.inverse @ np.asarray(direction)))

    def index(self, point_mm: np.ndarray | Vector) -> np.ndarray:
        """Indices (…, 3) as slice, row, column, with fractions, of places (…, 3) mm; outside is allowed."""
        return np.asarray((np.asarray(point_mm, float) - np.asarray(self.origin)) @ self.inverse.T)


def volume(
    series: Series,
    read: Callable[[Instance], Slice],
    *,
    bridged: bool = False,
    on_slice: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Volume:
    """Read a series into a volume. All that headers tell is checked before a pixel is read or memory taken.

    read: gives the decoded slice of an instance. bridged: whether gaps are interpolated, not refused.
    on_slice: slices done, slices in all, from this thread. cancelled: asked between slices. Slices at uneven
    places are interpolated to even ones, a tilted gantry keeps its slanted axis, too many slices are thinned
    out: `notes` says so.
    Raises GeometryError with the reason where the slices make up no volume, ReadError where one of them
    cannot be read, Cancelled.
    """
    if series.spacing is None:
        raise GeometryError("a volume needs the size of a pixel; Pixel Spacing is absent")
    found = stack(series.instances, bridged=bridged)
    slices = _slices(found, series.spacing, read, on_slice, cancelled)
    return _filled(found, series, series.spacing, slices)


def _slices(
    found: Stack,
    spacing: Spacing,
    read: Callable[[Instance], Slice],
    on_slice: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Iterator[Slice]:
    """Each slice, read and looked over, in the order of the stack."""
    first: Slice | None = None
    for done, instance in enumerate(found.instances):
        if cancelled is not None and cancelled():
            raise Cancelled("building the volume was stopped")
        slice_ = read(instance)
        first = first or slice_
        _check(slice_, found, first.unit, spacing)
        yield slice_
        if on_slice is not None:
            on_slice(done + 1, len(found.instances))


def _check(slice_: Slice, found: Stack, unit: str, spacing: Spacing) -> None:
    """Raise GeometryError for a decoded slice that does not fit the others."""
    rows, columns = found.instances[0].rows, found.instances[0].columns
    if slice_.colour:
        raise GeometryError("a volume needs grey slices, found colour", slice_.instance.path)
    if slice_.values.shape != (rows, columns):
        raise GeometryError(
            f"a volume needs slices of one size: {rows} × {columns} expected, "
            f"found {slice_.rows} × {slice_.columns}",
            slice_.instance.path,
        )
    if slice_.unit != unit:
        raise GeometryError(
            f"a volume needs one unit: {unit or 'none'} expected, found {slice_.unit or 'none'}",
            slice_.instance.path,
        )
    if slice_.spacing is None or not np.allclose(
        (slice_.spacing.row, slice_.spacing.column), (spacing.row, spacing.column), rtol=1e-3
    ):
        raise GeometryError("a volume needs one pixel spacing in all slices", slice_.instance.path)


def _filled(found: Stack, series: Series, spacing: Spacing, slices: Iterator[Slice]) -> Volume:
    first = next(slices)
    dtype = np.int16 if first.unit == "HU" else np.float32
    values = np.empty((found.count, first.rows, first.columns), dtype)
    whole = np.empty((first.rows, first.columns), np.float32)  # one for all: fresh memory costs as much again
    for k, plane in _even(found, _planes(first, slices)):
        if dtype is np.int16:
            plane = np.clip(np.rint(plane, out=whole), -32768, 32767, out=whole)
        values[k] = plane
    geometry = found.instances[0].geometry
    assert geometry is not None
    step = float(np.linalg.norm(found.step))
    return Volume(
        values=values,
        spacing_mm=(step, spacing.row, spacing.column),
        origin=_vector(found.origin),
        axes=(
            _vector(found.step / step),
            _unit(geometry.orientation[3:]),
            _unit(geometry.orientation[:3]),
        ),
        instances=tuple(found.instances[k] for k in found.nearest),
        unit=first.unit,
        frame_of_reference_uid=series.frame_of_reference_uid,
        notes=found.notes,
        gaps=found.gaps,
    )


def _planes(first: Slice, rest: Iterator[Slice]) -> Iterator[np.ndarray]:
    """(rows, columns) float32 of each slice; air where the scanner measured nothing."""
    yield _measured(first)
    yield from map(_measured, rest)


def _measured(slice_: Slice) -> np.ndarray:
    values = slice_.values
    hollow = ~np.isfinite(values)
    if slice_.padding is not None:
        hollow |= slice_.padding
    if not hollow.any():
        return values
    least = AIR_HU if slice_.unit == "HU" else 0
    return np.where(hollow, np.float32(least), values)


def _even(found: Stack, planes: Iterator[np.ndarray]) -> Iterator[tuple[int, np.ndarray]]:
    """The planes of the even grid; each between its two neighbours where the slices lie unevenly."""
    if found.even:
        yield from enumerate(planes)
        return
    before, k = next(planes), 0
    for i, after in enumerate(planes, start=1):
        low, high = found.along[i - 1], found.along[i]
        while k < found.count and (k <= high or i == len(found.along) - 1):
            share = np.float32(min(max((k - low) / (high - low), 0.0), 1.0))
            yield k, before + (after - before) * share
            k += 1
        before = after


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z


def _unit(direction: tuple[float, ...]) -> Vector:
    return _vector(np.asarray(direction) / np.linalg.norm(direction))
