"""The slice with its heat map as a Secondary Capture: a new series in the source's study."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from pathlib import Path

import cv2
import highdicom
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

from lungview.classify.words import NOT_A_LOCALISATION, gate_lines
from lungview.errors import ReportError
from lungview.image.slice import Slice
from lungview.report import picture
from lungview.report.content import RESEARCH_USE, CaseContent
from lungview.report.dicom.header import SourceHeader, source_header
from lungview.report.dicom.source import (
    MANUFACTURER,
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    save,
)
from lungview.report.pdf.blocks import class_text

LEAST_WIDTH = 512  # px: below it the burned-in lines could not be read
LINE = 16  # px of a burned-in line
LETTERS = 70  # of one, which 512 px hold


def write_sc(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the overlay; where the gate refused the slice, the slice alone, which says so.

    Gives sentences that name what was not carried over from the source.
    Raises ReportError: no answer or no heat map of it, no DICOM source, not writable.
    """
    found = content.case.prediction
    if found is None or content.card is None or (content.heat is None and not found.refused):
        raise ReportError(
            "a Secondary Capture needs a prediction with a heat map", content.slice.instance.path
        )
    source = source_header(content.slice.instance)
    new = NewObject.of("sc", "LungView: not suitable" if found.refused else "LungView heat map")
    pixels = burned_in(content)
    with in_one_sentence("Secondary Capture", content.slice.instance.path):
        save(_capture(content, source, pixels, new), path)
    return source.notes


def _capture(
    content: CaseContent, source: SourceHeader, pixels: np.ndarray, new: NewObject
) -> highdicom.sc.SCImage:
    capture = highdicom.sc.SCImage.from_ref_dataset(
        ref_dataset=source.dataset,
        pixel_array=pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        series_instance_uid=new.series_instance_uid,
        series_number=new.series_number,
        sop_instance_uid=new.sop_instance_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        patient_orientation=("L", "P"),  # replaced below: the source's own word counts
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    copy_patient_and_study(source.dataset, capture)
    describe(capture, new)
    _state_derivation(capture, source, content)
    _state_pixel_size(capture, content.slice)
    return capture


def burned_in(content: CaseContent) -> np.ndarray:
    """The overlay with what must not be lost: uint8 (rows, columns, 3), at least 512 px wide.

    The lines below it say whose heat map it is, that it localises nothing, and research use only; or why
    there is no heat map.
    """
    overlay = _shown(content)
    factor = max(1.0, LEAST_WIDTH / overlay.shape[1])
    size = (round(overlay.shape[1] * factor), round(overlay.shape[0] * factor))
    overlay = cv2.resize(overlay, size, interpolation=cv2.INTER_LINEAR)
    lines = _lines(content)
    strip = np.zeros((LINE * len(lines) + 6, overlay.shape[1], 3), dtype=np.uint8)
    for i, line in enumerate(lines):
        plain = line.encode("ascii", "replace").decode()  # OpenCV draws no other letters
        place = (6, LINE * (i + 1))
        cv2.putText(strip, plain, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (230, 230, 230), 1, cv2.LINE_AA)
    return np.ascontiguousarray(np.vstack([overlay, strip]))


def _shown(content: CaseContent) -> np.ndarray:
    """The slice in its window, under the heat map where there is one: uint8 (rows, columns, 3)."""
    shown = picture.windowed(content.slice, content.window)
    if content.heat is not None:
        return picture.overlaid(picture.shrunk(shown, *content.heat.shape), content.heat)
    return shown if shown.ndim == 3 else np.repeat(shown[..., None], 3, axis=2)


def _lines(content: CaseContent) -> tuple[str, ...]:
    found = content.case.prediction
    assert found is not None
    assert content.card is not None
    said = [f"LungView {found.model}: no heat map", *gate_lines(found), RESEARCH_USE]
    if content.heat is not None:
        key = content.class_key or found.label
        said[0] = f"LungView {found.model}: Grad-CAM for {class_text(content.card, key)}"
        said.insert(1, NOT_A_LOCALISATION)
    return tuple(line for text in said for line in textwrap.wrap(text, LETTERS))


def _state_derivation(capture: Dataset, source: SourceHeader, content: CaseContent) -> None:
    """Derived from which image and how (PS3.3 C.7.6.1.1.2, C.7.6.1.1.3, C.12.4)."""
    assert content.case.prediction is not None
    prediction = content.case.prediction
    capture.PatientOrientation = source.dataset.PatientOrientation
    capture.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    # What is burned in here identifies nobody; what the source has may.
    capture.BurnedInAnnotation = "YES" if content.slice.burned_in else "NO"
    what = "Windowed slice" if content.heat is None else "Windowed slice with Grad-CAM heat map"
    said = [f"{what} of model {prediction.model}, SHA-256 {prediction.sha256}.", *gate_lines(prediction)]
    capture.DerivationDescription = " ".join([*said, RESEARCH_USE])[:1024]
    if source.referable:
        capture.SourceImageSequence = [_reference(source, content)]


def _state_pixel_size(capture: Dataset, slice_: Slice) -> None:
    """The size of a pixel in the patient, or else its shape where it is no square (PS3.3 10.7, C.7.6.3)."""
    spacing = slice_.spacing
    if spacing is not None and spacing.source == "PixelSpacing":
        smaller = slice_.columns / capture.Columns  # the burned-in lines add rows, never columns
        capture.PixelSpacing = [f"{mm * smaller:.10g}" for mm in (spacing.row, spacing.column)]
    elif slice_.aspect != 1.0:
        shape = Fraction(slice_.aspect).limit_denominator(10_000)
        capture.PixelAspectRatio = [shape.numerator, shape.denominator]


def _reference(source: SourceHeader, content: CaseContent) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.dataset.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.dataset.SOPInstanceUID
    if source.frames > 1:
        reference.ReferencedFrameNumber = content.slice.instance.frame + 1
    purpose = codes.DCM.SourceImageForImageProcessingOperation
    reference.PurposeOfReferenceCodeSequence = [highdicom.sr.CodedConcept.from_code(purpose)]
    return reference
