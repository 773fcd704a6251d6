"""Points and planes in the patient, mm in the DICOM patient system: x to the left, y back, z to the head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Spacing

Vector = tuple[float, float, float]

_RIGHT_ANGLE = 1e-3  # of a unit vector: what direction cosines written with few digits still keep
_PARALLEL = math.cos(math.radians(0.5))


class Projection(Enum):
    """How the values across a thick plane become one."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in the patient, mm. Points of two frames of reference (0020,0052) cannot be compared."""

    point_mm: Vector
    frame_of_reference_uid: str = ""

    def distance_mm(self, other: Place) -> float | None:
        """mm between two places; None where nothing says that their frames of reference are the same."""
        if not self.frame_of_reference_uid or self.frame_of_reference_uid != other.frame_of_reference_uid:
            return None
        return math.dist(self.point_mm, other.point_mm)


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane of a thickness: 0 is one sheet, more is a slab.

    centre: the middle of the picture, mm. row: unit vector in which the column index grows; column: unit
    vector in which the row index grows, as in Image Orientation (0020,0037). thickness_mm: along the normal,
    half of it on either side. Raises GeometryError when the vectors are not perpendicular unit vectors, or
    the thickness is no length.
    """

    centre: Vector
    row: Vector
    column: Vector
    thickness_mm: float = 0.0
    projection: Projection = Projection.MEAN

    def __post_init__(self) -> None:
        if not _perpendicular(self.row, self.column):
            raise GeometryError(
                "a plane needs two perpendicular unit vectors for its rows and columns, "
                f"found {self.row} and {self.column}"
            )
        if not (math.isfinite(self.thickness_mm) and self.thickness_mm >= 0):
            raise GeometryError(f"a plane's thickness is 0 mm or more, found {self.thickness_mm}")

    @property
    def normal(self) -> Vector:
        """Unit vector across the plane: row × column."""
        return cross(self.row, self.column)

    def distance_mm(self, point_mm: Vector) -> float:
        """How far a point is from the plane's middle sheet, signed: above 0 on the normal's side."""
        return float(np.dot(np.subtract(point_mm, self.centre), self.normal))


def cross(one: Vector, other: Vector) -> Vector:
    """The vector product; by hand a twentieth of the time of numpy, frame after frame."""
    (a, b, c), (d, e, f) = one, other
    return b * f - c * e, c * d - a * f, a * e - b * d


def plane_of(
    geometry: Geometry, spacing: Spacing, shape: tuple[int, int], thickness_mm: float = 0.0
) -> Plane:
    """The plane of a slice as it was taken. shape: (rows, columns)."""
    row, column = np.asarray(geometry.orientation[:3]), np.asarray(geometry.orientation[3:])
    down, across = (shape[0] - 1) / 2 * spacing.row, (shape[1] - 1) / 2 * spacing.column
    x, y, z = np.asarray(geometry.position) + row * across + column * down
    return Plane((float(x), float(y), float(z)), _vector(row), _vector(column), thickness_mm)


def picture_mm(geometry: Geometry, spacing: Spacing, points: np.ndarray) -> np.ndarray:
    """(n, 3) mm in the patient of image points (n, 2): x, y in pixels that cover [c, c + 1)."""
    away = (np.asarray(points) - 0.5) * (spacing.column, spacing.row)
    return np.asarray(np.asarray(geometry.position) + away @ np.reshape(geometry.orientation, (2, 3)))


def parallel(a: Plane, b: Plane) -> bool:
    """Whether two planes run the same way, to within half a degree, seen from either side."""
    return abs(float(np.dot(a.normal, b.normal))) > _PARALLEL


def coplanar(a: Plane, b: Plane, tolerance_mm: float = 0.5) -> bool:
    """Whether two planes are one sheet: parallel, and each centre within tolerance_mm of the other plane."""
    apart = max(abs(a.distance_mm(b.centre)), abs(b.distance_mm(a.centre)))
    return parallel(a, b) and apart <= tolerance_mm


def _perpendicular(row: Vector, column: Vector) -> bool:
    lengths = math.hypot(*row), math.hypot(*column)
    skew = abs(sum(a * b for a, b in zip(row, column, strict=True)))
    return all(abs(n - 1) < _RIGHT_ANGLE for n in lengths) and skew < _RIGHT_ANGLE


def _vector(direction: np.ndarray) -> Vector:
    """A unit vector; cosines of a file are a little off."""
    x, y, z = direction / np.linalg.norm(direction)
    return float(x), float(y), float(z)
