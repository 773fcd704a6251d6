"""Content: what a pane shows, picture by picture; and the slices of a series as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Instance, Slice, Spacing
from lungview.study.space import Plane, Vector, plane_of

_NO_SIZE = Spacing(1.0, 1.0, "")  # of a picture that does not say: its first pixel stands for its middle


class Content(Protocol):
    """Pictures in an order. Any thread may call any method, and none but `read` takes longer than a look."""

    @property
    def count(self) -> int: ...

    @property
    def frame_of_reference_uid(self) -> str:
        """(0020,0052); "" where nothing says that places can be compared with another content's."""
        ...

    def instance(self, index: int) -> Instance:
        """What is known of a picture before it is read; its `frame_key` says which it is."""
        ...

    def place(self, index: int) -> Plane | None:
        """The plane of a picture in the patient; None where its file does not say."""
        ...

    def nearest(self, point_mm: Vector) -> int | None:
        """The picture whose plane is nearest to a point; None where none has a place."""
        ...

    def ahead(self, index: int, direction: int) -> None:
        """Get ready what a reader who goes in a direction (1 or -1) sees next."""
        ...

    def peek(self, index: int) -> Slice | None:
        """The picture where it is at hand."""
        ...

    def ready(self) -> Sequence[bool]:
        """Of each picture whether it is at hand."""
        ...

    def read(self, index: int) -> Slice:
        """The picture, however long it takes. Raises LungViewError."""
        ...


class Cache(Protocol):
    """What a stack needs of sources.cache.SliceCache."""

    def get(self, instance: Instance) -> Slice: ...
    def peek(self, instance: Instance) -> Slice | None: ...
    def prefetch(self, instances: Sequence[Instance], index: int, direction: int) -> None: ...
    def cached(self, instances: Sequence[Instance]) -> list[bool]: ...


class StackContent:
    """The slices of a series, read through a cache."""

    def __init__(
        self, instances: Sequence[Instance], cache: Cache, frame_of_reference_uid: str = "",
        spacing: Spacing | None = None,
    ) -> None:  # fmt: skip
        self.instances = tuple(instances)
        self._planes: dict[int, Plane | None] = {}
        self._frame, self._cache, self._spacing = frame_of_reference_uid, cache, spacing or _NO_SIZE

    @property
    def count(self) -> int:
        return len(self.instances)

    @property
    def frame_of_reference_uid(self) -> str:
        return self._frame

    def instance(self, index: int) -> Instance:
        return self.instances[index]

    def place(self, index: int) -> Plane | None:
        if index not in self._planes:  # asked several times for each step of linked views
            self._planes[index] = self._plane(self.instances[index])
        return self._planes[index]

    def _plane(self, instance: Instance) -> Plane | None:
        if instance.geometry is None:
            return None
        try:
            return plane_of(instance.geometry, self._spacing, (instance.rows, instance.columns))
        except GeometryError:  # its rows and columns are not at right angles
            return None

    def nearest(self, point_mm: Vector) -> int | None:
        indices, positions, normals = self._places
        if not len(indices):
            return None
        away = np.abs(((np.asarray(point_mm) - positions) * normals).sum(axis=1))
        return int(indices[away.argmin()])

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of slices that have a place: index, first pixel in mm, normal."""
        placed = [(k, i.geometry) for k, i in enumerate(self.instances) if i.geometry is not None]
        positions = np.array([geometry.position for _, geometry in placed], float).reshape(-1, 3)
        cosines = np.array([geometry.orientation for _, geometry in placed], float).reshape(-1, 2, 3)
        return np.array([k for k, _ in placed], int), positions, np.cross(cosines[:, 0], cosines[:, 1])

    def ahead(self, index: int, direction: int) -> None:
        self._cache.prefetch(self.instances, index, direction)

    def peek(self, index: int) -> Slice | None:
        return self._cache.peek(self.instances[index])

    def ready(self) -> Sequence[bool]:
        return self._cache.cached(self.instances)

    def read(self, index: int) -> Slice:
        return self._cache.get(self.instances[index])
