"""Who a picture is of and what it belongs to: what must agree within one series."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from lungview.image.readers.header import Header
from lungview.image.slice import Instance, Study
from lungview.image.values.dates import date_text
from lungview.image.values.same_person import person_of

# Modalities whose pictures are slices even where no position is written: one stack has one matrix.
_SLICES = ("CT", "MR", "PT", "NM")


class Identity(NamedTuple):  # a tuple: one is made and looked up for each file of a scan
    """What makes files one series (PS3.3 A.1.2), but for the direction of their slices.

    place: the folder, or the zip and the folder in it, where a blank UID says too little; else "".
    matrix: rows and columns; None for pictures that are no slices, which may differ in size.
    """

    person: tuple[str, ...]
    study: str
    series: str
    number: int | None
    frame_of_reference: str
    modality: str
    matrix: tuple[int, int] | None
    localizer: bool
    description: str  # "" where the Series Instance UID says it all
    place: str

    def __repr__(self) -> str:
        return f"Identity({self.key})"  # its fields name a person

    @property
    def key(self) -> str:
        """A short name without patient data; the same whenever the same files are read."""
        said = "\0".join(map(repr, self))
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def identity_of(header: Header) -> Identity:
    """The identity of a file; its frames share it."""
    first, person = header.instances[0], person_of(header.patient)
    series, study = first.series_instance_uid, _study_of(header.study)
    unsaid = not series or not (header.study.study_instance_uid or any(person[:3]))
    return Identity(
        person,
        study,
        series,
        header.series_number,
        header.frame_of_reference_uid,
        first.modality,
        _matrix(first),
        any(kind.upper() == "LOCALIZER" for kind in header.image_type),
        "" if series else header.series_description,
        place_of(first) if unsaid else "",
    )


def _study_of(study: Study) -> str:
    """Its UID, and what no study has two of: UIDs are left blank, and copied from one study to the next."""
    said = study.study_instance_uid, date_text(study.date), study.accession_number
    return "/".join(said) if any(said) else ""


def _matrix(first: Instance) -> tuple[int, int] | None:
    is_slice = first.geometry is not None or first.modality in _SLICES
    return (first.rows, first.columns) if is_slice else None


def place_of(instance: Instance) -> str:
    """The folder of a file; of a zip's member the zip and the folder in it."""
    if not instance.member:
        return str(instance.path.parent)
    folder = instance.member.replace("\\", "/").rpartition("/")[0]
    return str(instance.path / folder)


# Said of files that share a Series Instance UID and are not one series.
_OTHER = {
    "person": "patients",
    "study": "studies",
    "number": "series numbers",
    "frame_of_reference": "frames of reference",
    "modality": "modalities",
    "matrix": "matrix sizes",
    "localizer": "kinds (localizer and slices)",
}


def differences(identities: Iterable[Identity]) -> str:
    """What identities that share a Series Instance UID differ in, as a sentence; "" when in nothing."""
    found = list(identities)
    differ = [text for name, text in _OTHER.items() if len({getattr(i, name) for i in found}) > 1]
    if not differ:
        return ""
    return (
        f"files of different {' and '.join(differ)} bear one Series Instance UID; each is a series of its own"
    )
