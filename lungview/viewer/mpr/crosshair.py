"""The crosshair: one point, and the planes through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import Volume

Direction = tuple[Vector, Vector]  # unit vectors of a picture's rows and columns
_LEFT, _BACK, _FEET = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)
SLAB_MM = 10.0  # of the fourth plane to begin with


class Axis(StrEnum):
    """The planes. The first three stay at right angles to each other; OBLIQUE turns by itself."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    OBLIQUE = "oblique"


_DIRECTIONS: Mapping[Axis, Direction] = MappingProxyType(
    {
        Axis.AXIAL: (_LEFT, _BACK),
        Axis.CORONAL: (_LEFT, _FEET),
        Axis.SAGITTAL: (_BACK, _FEET),
        Axis.OBLIQUE: (_LEFT, _BACK),
    }
)


@dataclass(frozen=True, slots=True)
class Slab:
    """How thick a plane is and how its values become one."""

    thickness_mm: float = 0.0
    projection: Projection = Projection.MEAN


_SLABS: Mapping[Axis, Slab] = MappingProxyType(
    {axis: Slab() for axis in Axis} | {Axis.OBLIQUE: Slab(SLAB_MM, Projection.MAX)}
)


@dataclass(frozen=True, slots=True)
class Crosshair:
    """point_mm: where all planes meet. directions, slabs: of each plane."""

    point_mm: Vector
    directions: Mapping[Axis, Direction] = field(default_factory=lambda: _DIRECTIONS)
    slabs: Mapping[Axis, Slab] = field(default_factory=lambda: _SLABS)

    def plane(self, axis: Axis) -> Plane:
        """A plane, about the crosshair."""
        slab = self.slabs[axis]
        return Plane(self.point_mm, *self.directions[axis], slab.thickness_mm, slab.projection)

    def moved(self, point_mm: Vector) -> Crosshair:
        return replace(self, point_mm=point_mm)

    def onto(self, plane: Plane) -> Crosshair:
        """Moved straight across a plane, onto it."""
        across = plane.distance_mm(self.point_mm)
        return self.moved(_vector(np.asarray(self.point_mm) - across * np.asarray(plane.normal)))

    def thick(self, axis: Axis, slab: Slab) -> Crosshair:
        return replace(self, slabs={**self.slabs, axis: slab})

    def turned(self, axis: Axis, on: Axis, radians: float) -> Crosshair:
        """With a plane turned about the normal of another one, in whose picture its line is turned.

        radians: from the rows' direction of that picture towards its columns'. The three that stand at right
        angles turn together, the one that is looked at stays; OBLIQUE turns alone.
        """
        turning = {Axis.OBLIQUE} if axis is Axis.OBLIQUE else {*Axis} - {Axis.OBLIQUE, on}
        matrix = _about(np.asarray(self.plane(on).normal), radians)
        turned = {each: _turned(self.directions[each], matrix) for each in turning}
        return replace(self, directions={**self.directions, **turned})

    def upright(self) -> Crosshair:
        """With all planes as they were to begin with, at the same point."""
        return replace(self, directions=_DIRECTIONS)


def middle_of(volume: Volume) -> Crosshair:
    """At the voxel in the middle of a volume."""
    x, y, z = volume.point_mm(np.array(volume.shape) // 2)
    return Crosshair((float(x), float(y), float(z)))


def _about(axis: np.ndarray, radians: float) -> np.ndarray:
    """(3, 3): a turn about a unit vector, right-handed (Rodrigues)."""
    x, y, z = axis
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(radians) * across + (1 - np.cos(radians)) * across @ across)


def _turned(direction: Direction, matrix: np.ndarray) -> Direction:
    """Turned, and made perpendicular unit vectors again: many small turns add up."""
    row = matrix @ np.asarray(direction[0])
    row /= np.linalg.norm(row)
    column = matrix @ np.asarray(direction[1])
    column -= (column @ row) * row
    return _vector(row), _vector(column / np.linalg.norm(column))


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
