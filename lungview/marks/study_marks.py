"""StudyMarks: every annotation and key image of one study, frozen, for any thread to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

from lungview.marks.annotation import Annotation
from lungview.study.key import PictureId, PictureName

Drawings = tuple[Annotation, ...]
P = TypeVar("P")
_BY_PIXELS = "sha256:"


class OldPicture(NamedTuple):
    """How format 1 of the store named a picture: without patient and series, mostly without pixels.

    instance: SOP Instance UID, or the hash of the pixels where a file has none.
    """

    study: str
    instance: str
    frame: int = 0

    @property
    def known(self) -> bool:
        """Whether it says enough: a SOP Instance UID of no study is anybody's."""
        return bool(self.study) or self.instance.startswith(_BY_PIXELS)


def old_name(picture: PictureId) -> OldPicture:
    """How the first format would have named a picture."""
    name = picture.name
    return OldPicture(name.study, name.instance or picture.pixels, name.frame)


@dataclass(frozen=True)  # no slots: the sets below are made when first asked for
class StudyMarks:
    """The marks of a study.

    drawn, keys: of pictures known by all that they are. old_drawn, old_keys: of an earlier version, which
    knew less; only those that one picture alone can be meant by. early_drawn, early_keys: those of `drawn`
    and `keys` from before who issued a Patient ID counted: they are for the same picture with an issuer, too.
    Drawings are the oldest first, keys in the order they were marked.
    """

    drawn: Mapping[PictureId, Drawings] = field(default_factory=dict)
    keys: tuple[PictureId, ...] = ()
    old_drawn: Mapping[OldPicture, Drawings] = field(default_factory=dict)
    old_keys: tuple[OldPicture, ...] = ()
    early_drawn: Mapping[PictureId, Drawings] = field(default_factory=dict)
    early_keys: tuple[PictureId, ...] = ()

    @cached_property
    def _names(self) -> frozenset[PictureName]:
        return frozenset(picture.name for picture in (*(p for p, d in self.drawn.items() if d), *self.keys))

    @cached_property
    def _early_names(self) -> frozenset[PictureName]:
        early = (*(p for p, d in self.early_drawn.items() if d), *self.early_keys)
        return frozenset(picture.name for picture in early)

    @cached_property
    def old(self) -> frozenset[OldPicture]:
        """The pictures with marks of an earlier version."""
        return frozenset((*(p for p, d in self.old_drawn.items() if d), *self.old_keys))

    @cached_property
    def _old_frames(self) -> frozenset[int]:
        """Frames with old marks on pictures that have no UID."""
        return frozenset(old.frame for old in self.old if old.instance.startswith(_BY_PIXELS))

    @property
    def empty(self) -> bool:
        """Whether nothing in the study is marked."""
        return not self._names and not self.old

    def may_be(self, name: PictureName) -> bool:
        """Whether a picture of this name may bear a mark; if not, its pixels need not be looked at."""
        if name in self._names or name.earlier in self._early_names:
            return True
        if not name.instance:
            return name.frame in self._old_frames
        return OldPicture(name.study, name.instance, name.frame) in self.old

    def has_old(self, picture: PictureId) -> bool:
        """Whether marks of an earlier version may be meant for a picture."""
        return old_name(picture) in self.old

    def annotations(self, picture: PictureId) -> Drawings:
        """What was drawn on a picture, oldest first."""
        early = self.early_drawn.get(picture.earlier, ()) if picture.earlier else ()
        return (*self.old_drawn.get(old_name(picture), ()), *early, *self.drawn.get(picture, ()))

    def is_key(self, picture: PictureId) -> bool:
        """Whether a picture is a key image."""
        return (
            picture in self.keys or picture.earlier in self.early_keys or old_name(picture) in self.old_keys
        )

    def bears(self, picture: PictureId) -> bool:
        """Whether there is anything on a picture."""
        return bool(self.annotations(picture)) or self.is_key(picture)

    def put(self, picture: PictureId, annotation: Annotation) -> StudyMarks:
        """The same with an annotation more, or with another shape of the one of its id."""
        known = self.drawn.get(picture, ())
        if any(each.id == annotation.id for each in known):
            drawn = tuple(annotation if each.id == annotation.id else each for each in known)
        else:
            drawn = (*known, annotation)
        kept = self.removed(picture, annotation.id)
        return replace(kept, drawn={**kept.drawn, picture: drawn})

    def removed(self, picture: PictureId, annotation_id: str) -> StudyMarks:
        """The same without an annotation."""
        return replace(
            self,
            drawn=_without(_without(self.drawn, picture, annotation_id), picture.earlier, annotation_id),
            old_drawn=_without(self.old_drawn, old_name(picture), annotation_id),
            early_drawn=_without(self.early_drawn, picture.earlier or picture, annotation_id),
        )

    def keyed(self, picture: PictureId, key: bool) -> StudyMarks:
        """The same with a picture as key image, or no longer as one."""
        if key:
            return self if self.is_key(picture) else replace(self, keys=(*self.keys, picture))
        if picture.earlier in self.early_keys:
            return self.keyed(picture.earlier, False).keyed(picture, False)
        return replace(
            self,
            keys=tuple(each for each in self.keys if each != picture),
            old_keys=tuple(each for each in self.old_keys if each != old_name(picture)),
            early_keys=tuple(each for each in self.early_keys if each != picture),
        )

    def without_old(self, doubtful: Iterable[OldPicture]) -> StudyMarks:
        """The same without marks that more than one picture can be meant by."""
        gone = frozenset(doubtful)
        return replace(
            self,
            old_drawn={old: drawn for old, drawn in self.old_drawn.items() if old not in gone},
            old_keys=tuple(old for old in self.old_keys if old not in gone),
        )


def _without(drawn: Mapping[P, Drawings], place: P | None, annotation_id: str) -> Mapping[P, Drawings]:
    if place is None or place not in drawn:
        return drawn
    return {**drawn, place: tuple(each for each in drawn[place] if each.id != annotation_id)}
