"""Block: the values that nodules are looked for and outlined in, with the way to slices and millimetres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.image.slice import Geometry, Instance, Slice, Spacing
from lungview.nodules.detector.planes import NEIGHBOUR_MM
from lungview.nodules.outlining.outline import Millimetres
from lungview.study.series import Series
from lungview.study.stack import stack
from lungview.study.volume import AIR_HU, Volume

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Of a series, or of one picture.

    values: (slices, rows, columns) HU, or near HU where `in_hu` is False. spacing_mm: z, y, x.
    indices: of each slice, its place in the series' order. measured: whether pixels have a size in mm.
    place_mm: (x, y, z) in the patient of slice, row, column; None without a position.
    """

    values: np.ndarray = field(repr=False)
    spacing_mm: Millimetres
    indices: tuple[int, ...] = field(repr=False)
    place_mm: Callable[[Point], Point] | None = field(default=None, repr=False)
    measured: bool = True
    in_hu: bool = True

    @property
    def deep(self) -> bool:
        """Whether there is more than one slice: a volume can be told."""
        return len(self.values) > 1


def of_volume(volume: Volume, series: Series) -> Block:
    """The block of a series' volume."""

    def place(at: Point) -> Point:
        x, y, z = volume.point_mm(at)
        return float(x), float(y), float(z)

    return Block(volume.values, volume.spacing_mm, _indices(volume.instances, series.instances), place)


def indices_of(series: Series) -> tuple[int, ...]:
    """For each slice of a series' volume its place in the series' order, from headers alone.

    Raises GeometryError where its slices make up no volume.
    """
    found = stack(series.instances, bridged=True)
    return _indices([found.instances[k] for k in found.nearest], series.instances)


def _indices(used: Sequence[Instance], instances: Sequence[Instance]) -> tuple[int, ...]:
    known = {(i.path, i.member, i.frame): k for k, i in enumerate(instances)}
    return tuple(known[i.path, i.member, i.frame] for i in used)


def of_slice(slice_: Slice, spacing: Spacing) -> Block:
    """The block of one slice in HU."""
    hollow = ~np.isfinite(slice_.values)
    if slice_.padding is not None:
        hollow |= slice_.padding
    values = np.where(hollow, np.float32(AIR_HU), slice_.values)[None]
    geometry = slice_.instance.geometry
    place = None if geometry is None else _on_plane(geometry, spacing)
    return Block(values, (NEIGHBOUR_MM, spacing.row, spacing.column), (0,), place)


def _on_plane(geometry: Geometry, spacing: Spacing) -> Callable[[Point], Point]:
    """Places on a slice: PS3.3 C.7.6.2.1.1."""
    first, along = np.array(geometry.position), np.array(geometry.orientation).reshape(2, 3)

    def place(at: Point) -> Point:
        x, y, z = first + along[0] * at[2] * spacing.column + along[1] * at[1] * spacing.row
        return float(x), float(y), float(z)

    return place
