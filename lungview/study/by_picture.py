"""Values that hang on pictures; pixels are hashed only where something hangs on that name."""

from __future__ import annotations

from collections import Counter
from typing import Generic, TypeVar

from lungview.image.slice import Slice
from lungview.study.key import PictureId, PictureName, picture_id, picture_name

V = TypeVar("V")


class ByPicture(Generic[V]):
    """One value a picture, for one session. Not thread safe."""

    def __init__(self) -> None:
        self._values: dict[PictureId, V] = {}
        self._names: Counter[PictureName] = Counter()

    def get(self, slice_: Slice) -> V | None:
        """What hangs on the picture of a slice; asked while scrolling, so it must take no time."""
        if not self._values or not self._names[picture_name(slice_)]:
            return None
        return self._values.get(picture_id(slice_))

    def at(self, picture: PictureId) -> V | None:
        """What hangs on a picture."""
        return self._values.get(picture)

    def put(self, picture: PictureId, value: V) -> None:
        """Hang a value on a picture, in the place of the one there."""
        if picture not in self._values:
            self._names[picture.name] += 1
        self._values[picture] = value

    def drop(self, picture: PictureId) -> None:
        """Take away what hangs on a picture, if anything does."""
        if self._values.pop(picture, None) is not None:
            self._names[picture.name] -= 1

    def __len__(self) -> int:
        return len(self._values)
