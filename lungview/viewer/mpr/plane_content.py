"""Planes cut from a volume as what a pane shows (MPR, slabs)."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lungview.image.slice import Geometry, Instance, Slice
from lungview.study.key import PLANE
from lungview.study.reformat import cut
from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import Volume

MOST_PIXELS = 2048  # a side: a picture of more is shown with larger pixels
_HELD_BYTES = 48_000_000  # of pictures cut, for each content
_ROUNDING = 1e-6  # of a pixel or a step


class PlaneContent:
    """Planes through a volume that are parallel to a given one, a voxel apart; that one is among them.

    like: a slice of the series, for its windows and its words. plane: its centre is any point of the volume.
    The first is nearest to the head, else to the front, else to the right. All pictures have one shape, which
    holds the whole volume, with its middle in theirs.
    """

    def __init__(self, volume: Volume, like: Slice, plane: Plane) -> None:
        self.volume, self.plane, self._like = volume, plane, like
        self._sense = _sense(plane.normal)
        self._normal = self._sense * np.asarray(plane.normal)
        self._step = volume.step_mm(self._normal)
        corners = _corners(volume)
        heights = (corners - np.asarray(plane.centre)) @ self._normal / self._step
        self._first = min(0, math.ceil(float(heights.min()) - _ROUNDING))
        self._count = max(0, math.floor(float(heights.max()) + _ROUNDING)) - self._first + 1
        down, across = _side(corners, plane.column, volume), _side(corners, plane.row, volume)
        self._pixel = max(min(volume.spacing_mm), max(down, across) / MOST_PIXELS)
        self._shape = _pixels(down / self._pixel), _pixels(across / self._pixel)
        self._middle = np.asarray(volume.centre)
        self._held: OrderedDict[int, Slice] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        return self._count

    @property
    def frame_of_reference_uid(self) -> str:
        return self.volume.frame_of_reference_uid

    def instance(self, index: int) -> Instance:
        plane, (rows, columns) = self.place(index), self._shape
        down, across = (-self._pixel * (n - 1) / 2 for n in (rows, columns))
        first = np.asarray(plane.centre) + down * np.asarray(plane.column) + across * np.asarray(plane.row)
        return replace(
            self._like.instance, frame=0, sop_instance_uid="", sop_class_uid="", instance_number=None,
            geometry=Geometry(_vector(first), (*plane.row, *plane.column)), rows=rows, columns=columns,
            plane=_name(plane, self._pixel),
        )  # fmt: skip

    def place(self, index: int) -> Plane:
        """The plane, about the point of it that is nearest to the volume's middle."""
        along = self._above(_vector(self._middle)) - (index + self._first) * self._step
        return replace(self.plane, centre=_vector(self._middle - along * self._normal))

    def nearest(self, point_mm: Vector) -> int:
        along = self._above(point_mm) / self._step
        return min(max(round(along) - self._first, 0), self._count - 1)

    def _above(self, point_mm: Vector) -> float:
        """mm from the given plane, in the direction in which the index grows."""
        return self._sense * self.plane.distance_mm(point_mm)

    def ahead(self, index: int, direction: int) -> None:
        """Nothing: a plane is cut in the time of a frame or two."""

    def peek(self, index: int) -> Slice | None:
        with self._lock:
            return self._held.get(index)

    def ready(self) -> Sequence[bool]:
        """All: none has to be read from a file."""
        return [True] * self._count

    def read(self, index: int) -> Slice:
        found = self.peek(index)
        if found is None:
            found = self._cut(index)
            with self._lock:
                self._held[index] = found
                while len(self._held) > max(1, _HELD_BYTES // found.values.nbytes):
                    self._held.popitem(last=False)
        return found

    def _cut(self, index: int) -> Slice:
        plane = self.place(index)
        shown = cut(self.volume, plane, shape=self._shape, pixel_mm=self._pixel)
        return replace(
            self._like, instance=self.instance(index), values=shown.values, unit=shown.unit,
            spacing=shown.spacing, padding=shown.outside if shown.outside.any() else None, overlays=(),
            thickness=plane.thickness_mm or None, warnings=(said(plane), *self.volume.notes),
        )  # fmt: skip


def said(plane: Plane) -> str:
    """What a reader must know of a picture that no scanner took."""
    if not plane.thickness_mm:
        return "Reformatted"
    return {
        Projection.MEAN: f"Reformatted, mean of {plane.thickness_mm:g} mm",
        Projection.MAX: f"Reformatted, maximum of {plane.thickness_mm:g} mm",
        Projection.MIN: f"Reformatted, minimum of {plane.thickness_mm:g} mm",
    }[plane.projection]


def _corners(volume: Volume) -> np.ndarray:
    """(8, 3) mm: the centres of the outermost voxels."""
    ends = np.array(np.meshgrid(*((0.0, n - 1.0) for n in volume.shape))).reshape(3, -1).T
    return volume.point_mm(ends)


def _side(corners: np.ndarray, axis: Vector, volume: Volume) -> float:
    """mm of the volume along an axis of the picture, its outermost voxels whole."""
    voxel = np.abs(volume.matrix.T @ np.asarray(axis)).sum()
    return float(np.ptp(corners @ np.asarray(axis)) + voxel)


def _sense(normal: Vector) -> int:
    """1 or -1: the index grows from the head to the feet, from the front to the back, from right to left."""
    axis = int(np.argmax(np.abs(normal)))
    wanted = -1 if axis == 2 else 1
    return wanted if normal[axis] > 0 else -wanted


def _pixels(count: float) -> int:
    return max(1, math.ceil(count - _ROUNDING))


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z


def _name(plane: Plane, pixel: float) -> str:
    """Which plane it is, to a thousandth: equal names are equal pictures of one series."""
    numbers = (*plane.centre, *plane.row, *plane.column, plane.thickness_mm, pixel)
    return " ".join((PLANE, plane.projection.value, *(f"{number:.4f}" for number in numbers)))
