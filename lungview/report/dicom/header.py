"""A legal header for derived objects: patient, study and identity of a source, whatever the source wrote.

Every DICOM object written here starts from it. A value that a derived object may not carry is replaced by a
legal one or left out, and named; it is never repeated (PS3.3 C.7.1.1, C.7.2.1, C.12.1; PS3.5 6.2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pydicom.datadict import dictionary_description
from pydicom.dataset import Dataset
from pydicom.uid import UID, generate_uid
from pydicom.valuerep import DSfloat

from lungview.errors import LungViewError, ReportError
from lungview.image.readers.data_set.container import looks_like_dicom, parse
from lungview.image.readers.data_set.values import integer, modality, numbers, text, written
from lungview.image.readers.source import opened
from lungview.image.slice import Instance
from lungview.image.values import dates

CHARACTER_SET = "ISO_IR 192"  # UTF-8 carries every name that can be read
_LONGEST_GROUP = 64  # characters of one representation of a name
_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_CROSS_SECTIONAL = ("CT", "MR", "PT")
_PLACE = {"PixelSpacing": 2, "ImageOrientationPatient": 6, "ImagePositionPatient": 3, "SliceThickness": 1}
_ORIENTATION = re.compile(r"[APRLHF]{1,3}")


@dataclass(frozen=True, slots=True, eq=False)
class SourceHeader:
    """What derived objects take from their source; not in repr, for it names a patient.

    dataset: legal values only; SOP Class and Instance UID are there when `referable`.
    frames: of the object. notes: sentences that name what was replaced or left out, without any value.
    """

    dataset: Dataset = field(repr=False)
    frames: int
    notes: tuple[str, ...]

    @property
    def referable(self) -> bool:
        """Whether the source has the UIDs that a reference needs."""
        return "SOPInstanceUID" in self.dataset and "SOPClassUID" in self.dataset

    @property
    def is_image(self) -> bool:
        """Whether it is of a class that an IMAGE item of a report may refer to (PS3.3 C.17.3): no RT Dose."""
        return self.referable and "Image Storage" in UID(self.dataset.SOPClassUID).name


def source_header(instance: Instance) -> SourceHeader:
    """The legal header of an instance's object. Raises ReportError when the source is no DICOM object."""
    label = instance.path / instance.member if instance.member else instance.path
    try:
        with opened(instance.path, instance.member) as source:
            if not looks_like_dicom(source.start()):
                raise ReportError(
                    "a DICOM report needs a DICOM source; this is a picture file",
                    label,
                    "choose PDF, CSV or JSON",
                )
            return _legal(parse(source).dataset, instance)
    except ReportError:
        raise
    except LungViewError as error:
        raise ReportError(error.message, label, error.hint) from None


def _legal(dataset: Dataset, instance: Instance) -> SourceHeader:
    legal = Dataset()
    legal.SpecificCharacterSet = CHARACTER_SET  # of what comes out of pydicom as text
    left_out = [
        _name(keyword) for keyword, rule in _RULES.items() if not _carry(dataset, legal, keyword, rule)
    ]
    notes = [f"left out, not legal in the source: {', '.join(left_out)}"] if left_out else []
    notes += _identify(dataset, legal)
    if issuer := _at_most(64)(text(dataset, "IssuerOfPatientID")):
        legal.IssuerOfPatientID = issuer
    frames = max(integer(dataset, "NumberOfFrames") or 1, instance.frame + 1)
    legal.Rows, legal.Columns = instance.rows, instance.columns
    legal.PatientOrientation = _orientation(dataset)
    _place(dataset, legal, frames)
    return SourceHeader(legal, frames, tuple(notes))


def _carry(dataset: Dataset, legal: Dataset, keyword: str, rule: Callable[[str], str | None]) -> bool:
    """Set the element, empty where the source has no legal value; whether nothing was lost."""
    said = text(dataset, keyword)
    value = rule(said)
    setattr(legal, keyword, value or "")
    lost_in_decoding = not said and any(part.strip(" \0") for part in written(dataset, keyword))
    return value is not None and not lost_in_decoding


def _name(keyword: str) -> str:
    return dictionary_description(keyword)


def _person(said: str) -> str | None:
    groups = said.split("=")
    short = len(groups) <= 3 and all(len(group) <= _LONGEST_GROUP for group in groups)
    return said if short and "\\" not in said and all(group.count("^") < 5 for group in groups) else None


def _at_most(length: int) -> Callable[[str], str | None]:
    return lambda said: said if len(said) <= length and "\\" not in said else None


def _day(said: str) -> str | None:
    day = dates.parse_date(said)
    if day is None:
        return None if said else ""
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _clock(said: str) -> str | None:
    """As precise as it was written: hours, minutes, seconds or fractions of them."""
    clock = dates.parse_time(said)
    if clock is None:
        return None if said else ""
    digits = len(re.split("[.,]", said)[0].replace(":", ""))
    fraction = f".{clock:%f}" if clock.microsecond else ""
    return f"{clock:%H%M%S}"[:digits] + fraction


def _sex(said: str) -> str | None:
    return said.upper() if said.upper() in ("", "M", "F", "O") else None


_RULES: dict[str, Callable[[str], str | None]] = {
    "PatientName": _person,
    "PatientID": _at_most(64),
    "PatientBirthDate": _day,
    "PatientSex": _sex,
    "StudyDate": _day,
    "StudyTime": _clock,
    "StudyID": _at_most(16),
    "AccessionNumber": _at_most(16),
    "ReferringPhysicianName": _person,
    "StudyDescription": _at_most(64),
}
PATIENT_AND_STUDY = tuple(_RULES)


def _identify(dataset: Dataset, legal: Dataset) -> Iterator[str]:
    """Set the UIDs; a sentence for each that the source does not have."""
    meta = dataset.file_meta
    for keyword, found in (
        ("SOPClassUID", (text(dataset, "SOPClassUID"), text(meta, "MediaStorageSOPClassUID"))),
        ("SOPInstanceUID", (text(dataset, "SOPInstanceUID"), text(meta, "MediaStorageSOPInstanceUID"))),
    ):
        usable = next(filter(_is_uid, found), "")
        if usable:
            setattr(legal, keyword, UID(usable))
        else:
            yield f"the source has no {_name(keyword)}; nothing refers to it"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID"):
        said = text(dataset, keyword)
        setattr(legal, keyword, UID(said) if _is_uid(said) else generate_uid(prefix=None))
        if not _is_uid(said):
            yield f"the source has no {_name(keyword)}; a new one is in its place"


def _is_uid(said: str) -> bool:
    return len(said) <= 64 and _UID.fullmatch(said) is not None


def _place(dataset: Dataset, legal: Dataset, frames: int) -> None:
    """Modality and geometry as an image library describes them (TID 1604), whole or not at all."""
    legal.Modality = "OT"
    found = {keyword: numbers(dataset, keyword) for keyword in _PLACE}
    whole = all(
        len(found[keyword]) == count and all(map(math.isfinite, found[keyword]))
        for keyword, count in _PLACE.items()
    )
    if frames > 1 or not whole or modality(dataset) not in _CROSS_SECTIONAL:
        return
    legal.Modality = modality(dataset)
    for keyword, values in found.items():
        written_out = [DSfloat(value, auto_format=True) for value in values]
        setattr(legal, keyword, written_out if len(written_out) > 1 else written_out[0])
    if _is_uid(text(dataset, "FrameOfReferenceUID")):
        legal.FrameOfReferenceUID = UID(text(dataset, "FrameOfReferenceUID"))


def _orientation(dataset: Dataset) -> list[str] | str:
    """(0020,0020) when it is legal, else empty."""
    values = text(dataset, "PatientOrientation").split("\\")
    return values if len(values) == 2 and all(map(_ORIENTATION.fullmatch, values)) else ""
