"""Ordinary files: DICOM CT, PNG and JPEG become the slices they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from lungview.errors import DamagedFile, NoPixelData, ReadError, UnsupportedFormat
from lungview.image import readers


def _packaged(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


def test_a_ct_slice_is_in_hounsfield_units() -> None:
    slice_ = readers.read(_packaged("CT_small.dcm"))
    assert slice_.unit == "HU"
    assert slice_.values.dtype == np.float32
    assert slice_.values.shape == (128, 128)
    # stored 175 at the first pixel, intercept -1024
    assert slice_.values[0, 0] == 175 - 1024
    assert not slice_.values.flags.writeable


def test_spacing_names_its_source() -> None:
    spacing = readers.read(_packaged("CT_small.dcm")).spacing
    assert spacing is not None
    assert (spacing.row, spacing.column, spacing.source) == (0.661468, 0.661468, "PixelSpacing")


def test_header_and_slice_tell_the_same_instance() -> None:
    path = _packaged("CT_small.dcm")
    assert readers.read_header(path).instances == (readers.read(path).instance,)


def test_the_patient_is_never_in_a_repr() -> None:
    slice_ = readers.read(_packaged("CT_small.dcm"))
    assert slice_.patient.name == "CompressedSamples^CT1"
    assert "CompressedSamples" not in repr(slice_)


def test_a_structured_report_is_skipped_with_a_reason() -> None:
    with pytest.raises(NoPixelData, match="Comprehensive SR"):
        readers.read_header(_packaged("test-SR.dcm"))


def test_a_grey_png_keeps_its_values(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    Image.fromarray(values).save(tmp_path / "é.png")
    slice_ = readers.read(tmp_path / "é.png")
    assert np.array_equal(slice_.values, values.astype(np.float32))
    assert slice_.spacing is None


def test_a_coloured_jpeg_is_rgb(tmp_path: Path) -> None:
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    Image.fromarray(red).save(tmp_path / "red.jpg")
    slice_ = readers.read(tmp_path / "red.jpg")
    assert slice_.colour
    assert slice_.values.dtype == np.uint8


def test_a_frame_that_is_not_there_is_refused() -> None:
    with pytest.raises(ReadError, match="frame 1 was asked for"):
        readers.read(_packaged("CT_small.dcm"), frame=1)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").touch()
    with pytest.raises(DamagedFile, match="empty"):
        readers.read(tmp_path / "a.dcm")


def test_text_named_dcm_is_called_text(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_text("hello there")
    with pytest.raises(UnsupportedFormat, match="found text"):
        readers.read(tmp_path / "a.dcm")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        readers.read(tmp_path / "a.dcm")
