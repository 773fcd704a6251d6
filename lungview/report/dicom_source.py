"""What every DICOM object written here takes from its source: patient and study stay, the series is new."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import generate_uid

from lungview.errors import LungViewError, ReportError
from lungview.image.readers.source import opened
from lungview.image.slice import Instance
from lungview.report.files import replacing
from lungview.version import build

# highdicom and pydicom warn about unusual names and values by printing them, so patients.
warnings.filterwarnings("ignore", module=r"(highdicom|pydicom)\.")

MANUFACTURER = "LungView"
RESEARCH = "Research use only, unverified"
DEVICE_UID = "2.25.233790527480961834729164728356182947361"  # this program, as a device observer
# Far from what scanners count to, and different for each kind.
SERIES_NUMBERS = {"sr": 9801, "sc": 9802, "pdf": 9803}
_KEPT_TYPE_2 = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
_NEEDED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")


@dataclass(frozen=True, slots=True)
class NewObject:
    """Identity of one object to write."""

    series_instance_uid: str
    sop_instance_uid: str
    series_number: int
    description: str

    @staticmethod
    def of(kind: str, what: str) -> NewObject:
        """A new series of its own; kind: "sr", "sc" or "pdf"."""
        description = f"{what} ({RESEARCH})"[:64]  # LO holds 64 characters
        return NewObject(
            generate_uid(prefix=None), generate_uid(prefix=None), SERIES_NUMBERS[kind], description
        )


def source_dataset(instance: Instance) -> Dataset:
    """The source's header without pixels; absent type 2 elements are there, empty.

    Raises ReportError when the source is no DICOM object or lacks its UIDs (PS3.3 C.7.2.1, C.7.3.1, C.12.1).
    """
    label = instance.path / instance.member if instance.member else instance.path
    try:
        with opened(instance.path, instance.member) as source:
            dataset = _header(source.stream, label)
    except LungViewError as error:
        raise ReportError(error.message, label, error.hint) from error
    missing = [name for name in _NEEDED if not dataset.get(name)]
    if missing:
        raise ReportError(f"the source has no {', '.join(missing)}; a report could not refer to it", label)
    for name in _KEPT_TYPE_2:
        if name not in dataset:
            setattr(dataset, name, "")
    return dataset


def _header(stream: BinaryIO, label: Path) -> Dataset:
    try:
        return pydicom.dcmread(stream, stop_before_pixels=True)
    except InvalidDicomError as error:
        raise ReportError(
            "a DICOM report needs a DICOM source; this is a picture file", label, "choose PDF, CSV or JSON"
        ) from error


def describe(dataset: Dataset, new: NewObject) -> None:
    """Series and equipment lines of an object that is written (PS3.3 C.7.3.1, C.7.5.1)."""
    dataset.SeriesDescription = new.description
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = "LungView"
    dataset.SoftwareVersions = str(build())


def copy_patient_and_study(source: Dataset, target: Dataset) -> None:
    """The elements that file an object under its source's patient and study."""
    names = (*_KEPT_TYPE_2, "StudyInstanceUID", "StudyDescription", "SpecificCharacterSet")
    for name in names:
        if name in source:
            target[name] = source[name]


def now(dataset: Dataset, *, content: bool = True) -> None:
    """Creation date and time, local."""
    moment = datetime.now()
    day, time = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = day, time
    if content:
        dataset.ContentDate, dataset.ContentTime = day, time


def save(dataset: Dataset, path: Path) -> None:
    """Write a DICOM file, whole or not at all. Raises ReportError."""
    with replacing(path) as target:
        dataset.save_as(target, enforce_file_format=True)
