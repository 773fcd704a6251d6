"""Elements that stand more than once in a data set, against PS3.5 7.1: the first counts, and it is said."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread, uid

from lungview.image import readers
from tests.image.readers import files


def _element(syntax: str, tag: int, vr: bytes, value: bytes) -> bytes:
    endian = ">" if syntax == uid.ExplicitVRBigEndian else "<"
    head = struct.pack(f"{endian}HH", tag >> 16, tag & 0xFFFF)
    if syntax == uid.ImplicitVRLittleEndian:
        return head + struct.pack("<L", len(value)) + value
    return head + vr + struct.pack(f"{endian}H", len(value)) + value


def _with_another(folder: Path, syntax: str, tag: int, vr: bytes, value: bytes, before: int) -> Path:
    """A file with one more element in front of the element `before`."""
    path = files.write(folder, syntax=syntax)
    content = path.read_bytes()
    endian = ">" if syntax == uid.ExplicitVRBigEndian else "<"
    at = content.index(struct.pack(f"{endian}HH", before >> 16, before & 0xFFFF), 400)
    path.write_bytes(content[:at] + _element(syntax, tag, vr, value) + content[at:])
    return path


SYNTAXES = (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian)


# dcmdump and ITK: the first, −1024; "found twice in one data set or item, ignoring second entry"
@pytest.mark.parametrize("before", [0x00281053, 0x7FE00010], ids=["beside it", "further on"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_of_two_intercepts_the_first_makes_the_values(syntax: str, before: int, tmp_path: Path) -> None:
    slice_ = readers.read(_with_another(tmp_path, syntax, 0x00281052, b"DS", b"0 ", before))
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)
    assert "RescaleIntercept stands more than once" in " ".join(slice_.warnings)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_of_two_names_the_first_is_the_patient_s(syntax: str, tmp_path: Path) -> None:
    path = _with_another(tmp_path, syntax, 0x00100010, b"PN", b"OTHER^ONE ", 0x00100020)
    header = readers.read_header(path)
    assert header.patient.name == readers.read(path).patient.name == files.PATIENT
    (said,) = header.warnings
    assert said.startswith("PatientName stands more than once")
    assert "OTHER" not in said


def test_of_one_element_written_twice_alike_nothing_is_said(tmp_path: Path) -> None:
    path = _with_another(tmp_path, SYNTAXES[0], 0x00080060, b"CS", b"CT", 0x00080070)
    assert readers.read(path).instance.modality == "CT"
    assert readers.read(path).warnings == readers.read(files.write(tmp_path)).warnings == ()


def _enhanced(folder: Path, syntax: str, *, private: bool) -> Path:
    """A frame whose shared and own functional groups have each of their elements once more, last.

    private: the items hold an element beside the plain ones that leaves them to pydicom.
    """

    def change(made: Dataset) -> None:
        place, measures, values = Dataset(), Dataset(), Dataset()
        place.ImagePositionPatient = [0, 0, 5]
        place.add_new(0x00200033, "DS", "0\\0\\77")  # renamed below
        measures.PixelSpacing = [0.5, 0.75]
        measures.add_new(0x00280031, "DS", "5\\5 ")
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 1, -1000, "HU"
        values.add_new(0x00281058, "DS", "0 ")
        for item in (place, measures, values) if private else ():
            item.add_new(0x00090010, "UT", "SOMEBODY")
        frame, shared = Dataset(), Dataset()
        frame.PlanePositionSequence = [place]
        frame.PixelValueTransformationSequence = [values]
        shared.PixelMeasuresSequence = [measures]
        made.PerFrameFunctionalGroupsSequence = [frame]
        made.SharedFunctionalGroupsSequence = [shared]

    path = files.write(folder, change, syntax)
    content = path.read_bytes()
    for group, wrong, right in ((0x20, 0x33, 0x32), (0x28, 0x31, 0x30), (0x28, 0x1058, 0x1052)):
        endian = ">" if syntax == uid.ExplicitVRBigEndian else "<"
        ends = b"" if syntax == uid.ImplicitVRLittleEndian else b"DS"
        before = struct.pack(f"{endian}HH", group, wrong) + ends
        assert content.count(before) == 1
        content = content.replace(before, struct.pack(f"{endian}HH", group, right) + ends)
    path.write_bytes(content)
    return path


# dcmdump: "found twice in one data set or item, ignoring second entry", of items, too
@pytest.mark.parametrize("private", [False, True], ids=["plain items", "other items"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_of_two_elements_of_an_item_the_first_counts(syntax: str, private: bool, tmp_path: Path) -> None:
    path = _enhanced(tmp_path, syntax, private=private)
    slice_ = readers.read(path)
    assert np.array_equal(slice_.values, files.PIXELS - 1000.0)
    assert slice_.spacing is not None
    assert (slice_.spacing.row, slice_.spacing.column) == (0.5, 0.75)
    for place in (slice_.instance.geometry, readers.read_header(path).instances[0].geometry):
        assert place is not None
        assert place.position == (0, 0, 5)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_reports_and_copies_have_the_first_too(syntax: str, tmp_path: Path) -> None:
    """Whatever reads a file by pydicom, as these do."""
    made = dcmread(_enhanced(tmp_path, syntax, private=True))
    assert made.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient[2] == 5
    path = _with_another(tmp_path, syntax, 0x00100020, b"LO", b"OTHER ", 0x00100030)
    assert dcmread(path).PatientID == readers.read(path).patient.patient_id != "OTHER"
