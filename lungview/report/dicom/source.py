"""What every DICOM object written here has in common: its source's patient and study, a series of its own."""

from __future__ import annotations

import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lungview.errors import LungViewError, ReportError
from lungview.report.dicom.header import CHARACTER_SET, PATIENT_AND_STUDY
from lungview.report.files import replacing
from lungview.version import build

# highdicom and pydicom warn about unusual names and values by printing them, so patients.
warnings.filterwarnings("ignore", module=r"(highdicom|pydicom)\.")

MANUFACTURER = "LungView"
_TEXT = ("LO", "LT", "PN", "SH", "ST", "UC", "UT")  # what a character set is for (PS3.5 6.1.2.3)
_log = logging.getLogger(__name__)
RESEARCH = "Research use only, unverified"
DEVICE_UID = "2.25.233790527480961834729164728356182947361"  # this program, as a device observer
# Far from what scanners count to, and different for each kind.
SERIES_NUMBERS = {"sr": 9801, "sc": 9802, "pdf": 9803, "seg": 9804, "pr": 9805, "ko": 9806}


@dataclass(frozen=True, slots=True)
class NewObject:
    """Identity of one object to write."""

    series_instance_uid: str
    sop_instance_uid: str
    series_number: int
    description: str

    @staticmethod
    def of(kind: str, what: str) -> NewObject:
        """A new series of its own; kind: of SERIES_NUMBERS."""
        description = f"{what} ({RESEARCH})"[:64]  # LO holds 64 characters
        return NewObject(
            generate_uid(prefix=None), generate_uid(prefix=None), SERIES_NUMBERS[kind], description
        )


def describe(dataset: Dataset, new: NewObject) -> None:
    """Series and equipment lines of an object that is written (PS3.3 C.7.3.1, C.7.5.1)."""
    dataset.SeriesDescription = new.description
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = "LungView"
    dataset.SoftwareVersions = str(build())


def copy_patient_and_study(source: Dataset, target: Dataset) -> None:
    """The elements that file an object under its source's patient and study. source: a legal header."""
    for keyword in (*PATIENT_AND_STUDY, "StudyInstanceUID", "SpecificCharacterSet"):
        target[keyword] = source[keyword]
    if "IssuerOfPatientID" in source:
        target["IssuerOfPatientID"] = source["IssuerOfPatientID"]


@contextmanager
def in_one_sentence(what: str, path: Path) -> Iterator[None]:
    """Turn what a library raises on values that nobody foresaw into one sentence without any value.

    what: the object by the standard's name, which every language has.
    """
    try:
        yield
    except (LungViewError, MemoryError):
        raise
    except Exception as error:  # its words, and its traceback, may hold a birth date
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = type(error).__name__
        _log.error("%s: %s in %s, line %s", what, kind, Path(place.filename).name, place.lineno)
        raise ReportError(
            f"the {what} could not be made of this source ({kind})", path, "choose PDF, CSV or JSON"
        ) from None


def now(dataset: Dataset, *, content: bool = True) -> None:
    """Creation date and time, local."""
    moment = datetime.now()
    day, time = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = day, time
    if content:
        dataset.ContentDate, dataset.ContentTime = day, time


def save(dataset: Dataset, path: Path) -> None:
    """Write a DICOM file, whole or not at all; in UTF-8 where ASCII does not do. Raises ReportError."""
    dataset.SpecificCharacterSet = CHARACTER_SET
    if _all_ascii(dataset):
        del dataset.SpecificCharacterSet
    with replacing(path) as target:
        dataset.save_as(target, enforce_file_format=True)


def _all_ascii(dataset: Dataset) -> bool:
    return all(str(each.value).isascii() for each in dataset.iterall() if each.VR in _TEXT)
