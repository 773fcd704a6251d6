"""Elements that stand more than once in a data set, against PS3.5 7.1: the first counts, and it is said."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from pydicom import uid

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
