"""Source: what can be asked for studies and gives the bytes of an object; and what is asked and found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from lungview.errors import Cancelled, NetworkError
from lungview.study.key import ObjectKey

MOST_ANSWERS = 1000  # a question that has more is too wide to be read by anyone


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: keys of the study root (PS3.4 C.6.2), "" for any.

    patient_name, patient_id: `*` and `?` stand for letters. study_date: YYYYMMDD, or a range with a hyphen.
    study_uid: answers are then its series, when `of_series` is set. most: answers that are waited for.
    """

    patient_name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    study_date: str = ""
    modality: str = ""
    accession: str = field(default="", repr=False)
    study_uid: str = ""
    series_uid: str = ""
    of_series: bool = False
    most: int = MOST_ANSWERS

    def __post_init__(self) -> None:
        if self.of_series and not self.study_uid:
            raise NetworkError("series are asked for within one study; its UID is missing")
        told = (self.patient_name, self.patient_id, self.study_date, self.modality, self.accession)
        if any("\\" in text or not text.isprintable() for text in told):
            raise NetworkError("a query holds a backslash or a control character; expected plain text")


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """A study in an archive. series, instances: how many, None where the archive does not say.

    id_issuer: whose numbering the Patient ID is of (0010,0021); many archives do not say.
    """

    study_uid: str
    patient_id: str = field(default="", repr=False)
    patient_name: str = field(default="", repr=False)
    id_issuer: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    study_date: str = ""
    study_time: str = ""
    description: str = ""
    accession: str = field(default="", repr=False)
    modalities: tuple[str, ...] = ()
    series: int | None = None
    instances: int | None = None


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """A series in an archive."""

    study_uid: str
    series_uid: str
    modality: str = ""
    number: int | None = None
    description: str = ""
    instances: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Studies, or series of one study. complete: False where there were more than were waited for."""

    studies: tuple[FoundStudy, ...] = ()
    series: tuple[FoundSeries, ...] = ()
    complete: bool = True


OnFound = Callable[[FoundStudy | FoundSeries], None]
Cancel = Callable[[], bool]


def never() -> bool:
    """The `cancelled` of a caller who does not cancel."""
    return False


def check(cancelled: Cancel) -> None:
    """Raise Cancelled once the caller says so."""
    if cancelled():
        raise Cancelled("stopped by the user")


class Source(Protocol):
    """An archive."""

    def find(self, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
        """What fits a query. on_found: called with each answer. Raises NetworkError, Cancelled."""
        ...

    def open(self, key: ObjectKey) -> BinaryIO:
        """One object as a DICOM file (PS3.10). Raises NetworkError."""
        ...
