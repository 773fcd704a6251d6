"""The synthetic thorax written as files: a DICOM file a slice, one file of all frames, PNG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from pydicom import Dataset, FileMetaDataset, dcmwrite, uid

from lungview.image import encode
from lungview.image.phantom.thorax import Thorax
from lungview.image.window import LUNG, Window, to_uint8

DESCRIPTION = "SYNTHETIC thorax, not a patient"
PATIENT_NAME = "SYNTHETIC^THORAX"
_INTERCEPT = -1024
_ROOT = "1.2.826.0.1.3680043.8.498."  # pydicom's own root


def write_series(
    folder: Path,
    thorax: Thorax | None = None,
    *,
    transfer_syntax: str = uid.ExplicitVRLittleEndian,
    name: str = "IM{:04d}.dcm",
    change: Callable[[Dataset, int], None] | None = None,
) -> list[Path]:
    """Write the series as one DICOM file a slice, and return the files in slice order.

    transfer_syntax: one of `encode.SYNTAXES`. JPEG baseline stores 8 bits in steps of 16 HU, others 12 bits.
    change: called with each data set and its index before it is written, for another or a broken series.
    """
    thorax = thorax or Thorax()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(thorax.slices):
        dataset = make_dataset(thorax, index, transfer_syntax)
        if change is not None:
            change(dataset, index)
        path = folder / name.format(index + 1)
        save(dataset, path)
        paths.append(path)
    return paths


def write_multiframe(
    path: Path, thorax: Thorax, *, transfer_syntax: str = uid.ExplicitVRLittleEndian
) -> None:
    """Write the series as one Enhanced CT file with per-frame functional groups (PS3.3 A.38.1)."""
    dataset = make_dataset(thorax, 0, transfer_syntax)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = uid.EnhancedCTImageStorage
    measures, window, rescale = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = dataset.PixelSpacing, thorax.step
    window.WindowCenter, window.WindowWidth = dataset.WindowCenter, dataset.WindowWidth
    rescale.RescaleSlope, rescale.RescaleIntercept = dataset.RescaleSlope, dataset.RescaleIntercept
    rescale.RescaleType = "HU"
    orientation = Dataset()
    orientation.ImageOrientationPatient = dataset.ImageOrientationPatient
    shared = Dataset()
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    shared.FrameVOILUTSequence, shared.PixelValueTransformationSequence = [window], [rescale]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_frame_groups(thorax, i) for i in range(thorax.slices)]
    moved = "PixelSpacing SliceThickness WindowCenter WindowWidth WindowCenterWidthExplanation RescaleSlope "
    moved += "RescaleIntercept RescaleType ImageOrientationPatient ImagePositionPatient SliceLocation"
    for keyword in moved.split():
        delattr(dataset, keyword)
    frames = [_stored(thorax.hu(i), 12) for i in range(thorax.slices)]
    encode.set_pixels(dataset, frames, 12, transfer_syntax)
    save(dataset, path)


def _frame_groups(thorax: Thorax, index: int) -> Dataset:
    place, content, groups = Dataset(), Dataset(), Dataset()
    place.ImagePositionPatient = list(thorax.position(index))
    content.InStackPositionNumber, content.StackID = index + 1, "1"
    groups.PlanePositionSequence, groups.FrameContentSequence = [place], [content]
    return groups


def write_pngs(folder: Path, thorax: Thorax | None = None, window: Window = LUNG) -> list[Path]:
    """Write the series as 8-bit grey PNG files in a window, and return them in slice order."""
    thorax = thorax or Thorax()
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"synthetic_{index + 1:04d}.png" for index in range(thorax.slices)]
    for index, path in enumerate(paths):
        _, code = cv2.imencode(".png", to_uint8(thorax.hu(index), window))
        path.write_bytes(code.tobytes())  # imwrite knows no non-ASCII names on Windows
    return paths


def make_dataset(thorax: Thorax, index: int, transfer_syntax: str = uid.ExplicitVRLittleEndian) -> Dataset:
    """One CT Image Storage data set (PS3.3 A.3), with its file meta information, not yet in a file."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.UID(transfer_syntax)
    _identify(dataset, thorax, index)
    _place(dataset, thorax, index)
    bits = 8 if transfer_syntax == uid.JPEGBaseline8Bit else 12
    dataset.RescaleSlope, dataset.RescaleIntercept = 1 << (12 - bits), _INTERCEPT
    dataset.RescaleType = "HU"
    dataset.WindowCenter, dataset.WindowWidth = ["-600", "40"], ["1500", "400"]
    dataset.WindowCenterWidthExplanation = ["LUNG", "MEDIASTINUM"]
    encode.set_pixels(dataset, [_stored(thorax.hu(index), bits)], bits, transfer_syntax)
    return dataset


def _stored(hu: np.ndarray, bits: int) -> np.ndarray:
    stored = np.clip(hu.astype(np.int32) - _INTERCEPT, 0, 4095) >> (12 - bits)
    return stored.astype(np.uint8 if bits == 8 else np.uint16)


def _identify(dataset: Dataset, thorax: Thorax, index: int) -> None:
    # UIDs are the same for the same phantom, so a cache, a results table or a test can rely on them.
    key = [repr(thorax), *(["lifelike"] if thorax.lifelike else [])]
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = uid.CTImageStorage
    instance = uid.generate_uid(_ROOT, [*key, "instance", str(index)])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = instance
    dataset.StudyInstanceUID = uid.generate_uid(_ROOT, [*key, "study"])
    dataset.SeriesInstanceUID = uid.generate_uid(_ROOT, [*key, "series"])
    dataset.FrameOfReferenceUID = uid.generate_uid(_ROOT, [*key, "frame of reference"])
    dataset.PatientName, dataset.PatientID = PATIENT_NAME, "SYNTHETIC"
    dataset.PatientBirthDate, dataset.PatientSex = "", "O"
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = "20260101"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "120000"
    dataset.AccessionNumber, dataset.ReferringPhysicianName, dataset.StudyID = "", "", "1"
    dataset.Modality, dataset.Manufacturer, dataset.InstitutionName = "CT", "LungView", "LungView phantom"
    dataset.StudyDescription = dataset.SeriesDescription = DESCRIPTION
    dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    dataset.BodyPartExamined, dataset.PatientPosition = "CHEST", "HFS"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.AcquisitionNumber = 1, index + 1, 1
    dataset.BurnedInAnnotation, dataset.KVP = "NO", "120"


def _place(dataset: Dataset, thorax: Thorax, index: int) -> None:
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [f"{v:.6g}" for v in thorax.position(index)]
    dataset.PositionReferenceIndicator = ""
    dataset.SliceLocation = f"{thorax.position(index)[2]:.6g}"
    dataset.SliceThickness = f"{thorax.step:.6g}"
    dataset.PixelSpacing = [f"{thorax.pixel_spacing:.10g}"] * 2


def save(dataset: Dataset, path: Path) -> None:
    """Write a data set as a DICOM file, in the transfer syntax of its file meta information."""
    dcmwrite(path, dataset, enforce_file_format=True)
