"""Which marks there are in a study, and on which slices of what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lungview.image.slice import Instance
from lungview.marks.annotation import Annotation
from lungview.marks.study_marks import StudyMarks
from lungview.study.key import FrameKey, PictureId, PictureName, frame_key, name_in, patient_digest
from lungview.study.series import Series


@dataclass(frozen=True, slots=True)
class Place:
    """A slice of what is open. order: the series' in the list of what is open; index: the slice's in it."""

    order: int
    series: Series
    index: int

    @property
    def instance(self) -> Instance:
        return self.series.instances[self.index]


@dataclass(frozen=True, slots=True)
class Listed:
    """A mark and where it is. place: None where its picture is not open, or not known yet.

    maybe: where its picture may be, of slices of one name that were not looked at: their pixels tell.
    """

    picture: PictureId
    drawn: Annotation
    place: Place | None = None
    maybe: tuple[Place, ...] = ()


def listed(
    of: Series, marks: StudyMarks, open_: Iterable[Series], seen: Mapping[FrameKey, PictureId]
) -> tuple[Listed, ...]:
    """The marks of the patient and study of a series, by series and slice; what is not open comes last.

    open_: all that is open. seen: pictures of slices that were on screen; it tells those of one name apart.
    Without a Study Instance UID only marks on what is open: others may be of anybody.
    """
    places, unseen = _places(of, open_, frozenset(picture.name for picture in marks.drawn), seen)
    found = [
        Listed(picture, each, *_place(picture, places, unseen))
        for picture, drawn in marks.drawn.items()
        for each in drawn
    ]
    here = patient_digest(of.patient), of.study.study_instance_uid
    kept = [
        each
        for each in found
        if each.place is not None or each.maybe or (here[1] and _belongs(each.picture, here))
    ]
    return tuple(sorted(kept, key=_order))


def _place(
    picture: PictureId, places: Mapping[PictureId, Place], unseen: Mapping[PictureName, list[Place]]
) -> tuple[Place | None, tuple[Place, ...]]:
    """Where a picture is, and where it may be: of one slice by its name it is taken to be that."""
    if picture in places:
        return places[picture], ()
    named = unseen.get(picture.name, [])
    return (named[0], ()) if len(named) == 1 else (None, tuple(named))


def _belongs(picture: PictureId, here: tuple[str, str]) -> bool:
    return (picture.name.patient, picture.name.study) == here


def _order(each: Listed) -> tuple[bool, int, int]:
    place = each.place
    return (True, 0, 0) if place is None else (False, place.order, place.index)


def _places(
    of: Series,
    open_: Iterable[Series],
    wanted: frozenset[PictureName],
    seen: Mapping[FrameKey, PictureId],
) -> tuple[dict[PictureId, Place], dict[PictureName, list[Place]]]:
    """Where pictures are open that were looked at; by name, where the others are that have a UID."""
    found: dict[PictureId, Place] = {}
    unseen: dict[PictureName, list[Place]] = {}
    here = patient_digest(of.patient), of.study.study_instance_uid
    for order, series in enumerate(open_):
        if (patient_digest(series.patient), series.study.study_instance_uid) != here:
            continue
        for index, instance in enumerate(series.instances):
            name = name_in(series, instance)
            if name not in wanted:
                continue
            picture = seen.get(frame_key(instance))
            if picture is not None:
                found.setdefault(picture, Place(order, series, index))
            elif name.instance:
                unseen.setdefault(name, []).append(Place(order, series, index))
    return found, unseen
