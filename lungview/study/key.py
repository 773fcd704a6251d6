"""One identity: where a frame's bytes are, and which picture it is wherever they are.

A FrameKey is for what lasts as long as the program (frames in memory, rows of a table). A PictureId is for
what outlives the bytes: a mark, an opinion, an answer. UIDs alone tell no picture: files are made with one
header for all slices, with blank UIDs, with another patient's UIDs. So a picture is known by all that its
header says of whose and which it is, and by its pixels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from lungview.image.slice import Instance, Patient, Slice, Study
from lungview.image.values.same_person import person_of

PLANE = "plane"  # what the name of a plane cut from a series begins with; no UID does


class ObjectKey(NamedTuple):
    """Where the bytes of one file are.

    scheme: "file", "zip" for a member of one, or "plane" for a cut through a series of which it is one.
    place: the path. member: the name inside, which plane, or "".
    """

    scheme: str
    place: str
    member: str = ""


class FrameKey(NamedTuple):  # a tuple: the cache makes and compares thousands of them while scrolling
    """Where one frame is. frame: 0-based."""

    object: ObjectKey
    frame: int = 0


class Located(Protocol):
    """What lies in a file: an Instance, a Candidate."""

    @property
    def path(self) -> Path: ...
    @property
    def member(self) -> str: ...


def object_key(located: Located) -> ObjectKey:
    """Where the file of an instance or a candidate is."""
    return ObjectKey("zip" if located.member else "file", str(located.path), located.member)


def frame_key(instance: Instance) -> FrameKey:
    """Where the frame of an instance is."""
    if instance.plane:
        return FrameKey(ObjectKey(PLANE, str(instance.path), instance.plane))
    return FrameKey(object_key(instance), instance.frame)


@dataclass(frozen=True, slots=True)
class PictureName:
    """What a header says of a frame: pictures of two names are never one, those of one name may be two.

    patient: see `patient_digest`. study, series, instance: their UIDs (0020,000D), (0020,000E), (0008,0018);
    of a plane that was cut from a series, in the instance's place, which one.
    frame: 0-based. All are "" for a raster file. unissued: the patient without who issued the Patient ID,
    which earlier versions did not look at; "" where the file does not say.
    """

    patient: str = ""
    study: str = ""
    series: str = ""
    instance: str = ""
    frame: int = 0
    unissued: str = field(default="", compare=False)

    @property
    def reformatted(self) -> bool:
        """Whether no file holds the picture: it was cut from a series."""
        return self.instance.startswith(PLANE)

    @property
    def earlier(self) -> PictureName | None:
        """What earlier versions called it; None where they called it the same."""
        return replace(self, patient=self.unissued, unissued="") if self.unissued else None


@dataclass(frozen=True, slots=True)
class PictureId:
    """One picture, wherever its file lies. pixels: see `pixel_hash`. Holds no name and no path."""

    name: PictureName
    pixels: str

    @property
    def digest(self) -> str:
        """The same as one word, 64 hexadecimal digits: for a column of a table."""
        name = self.name
        return _digest(name.patient, name.study, name.series, name.instance, str(name.frame), self.pixels)

    @property
    def earlier(self) -> PictureId | None:
        """Which picture it was to earlier versions; None where it was the same."""
        name = self.name.earlier
        return PictureId(name, self.pixels) if name else None


class HasSeries(Protocol):
    """What of an image.series.Series names its pictures."""

    @property
    def key(self) -> str: ...
    @property
    def patient(self) -> Patient: ...
    @property
    def study(self) -> Study: ...


class SeriesId(NamedTuple):
    """One series among all that are opened, one after the other, too: its UID alone tells it from none."""

    patient: str
    study: str
    key: str


def series_id(series: HasSeries) -> SeriesId:
    """Which series it is."""
    return SeriesId(patient_digest(series.patient), series.study.study_instance_uid, series.key)


def picture_name(slice_: Slice) -> PictureName:
    """What the header of a slice says of which picture it is."""
    return _named(slice_.patient, slice_.study, slice_.instance)


def name_in(series: HasSeries, instance: Instance) -> PictureName:
    """The same for a slice that is not read yet."""
    return _named(series.patient, series.study, instance)


def _named(patient: Patient, study: Study, instance: Instance) -> PictureName:
    return PictureName(
        patient_digest(patient),
        study.study_instance_uid,
        instance.series_instance_uid,
        instance.plane or instance.sop_instance_uid,
        instance.frame,
        _unissued_digest(patient) if patient.id_issuer else "",
    )


_ids: WeakKeyDictionary[Slice, PictureId] = WeakKeyDictionary()


def picture_id(slice_: Slice) -> PictureId:
    """Which picture a slice shows; its pixels are hashed once, whichever thread asks first."""
    found = _ids.get(slice_)
    if found is None:  # two threads at once make the same
        found = _ids[slice_] = PictureId(picture_name(slice_), pixel_hash(slice_))
    return found


@lru_cache(maxsize=64)  # the same for all slices of a series
def patient_digest(patient: Patient) -> str:
    """Who it is without saying who: SHA-256 of what makes a person one; "" when the file names nobody.

    Case, padding and the carets between a name's parts make no other patient: see `same_person`.
    """
    person = person_of(patient)
    return _digest(*person) if any(person[:3]) else ""


@lru_cache(maxsize=64)
def _unissued_digest(patient: Patient) -> str:
    """The digest without who issued the ID; "" where that makes no difference."""
    without = patient_digest(replace(patient, id_issuer=""))
    return without if without != patient_digest(patient) else ""


def _digest(*parts: str) -> str:
    # The length of each part goes in: ("ab", "c") is not ("a", "bc").
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


_HASHED_BYTES = 8_000_000  # never change: what hangs on large pictures would not be found again


def pixel_hash(slice_: Slice) -> str:
    """ "sha256:…" of shape, kind of number and values; of a large picture every n-th row, to take no time."""
    values = slice_.values
    rows = values[:: 1 + values.nbytes // _HASHED_BYTES]
    digest = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
    digest.update(np.ascontiguousarray(rows).data)
    return f"sha256:{digest.hexdigest()}"
