"""The header as a person reads it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from lungview.errors import UnsupportedFormat
from lungview.image import tags
from lungview.image.tags import Tag


@pytest.fixture
def file(tmp_path: Path) -> Path:
    item = Dataset()
    item.CodeValue = "T-28000"
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = "Doe^Jané"
    dataset.ReferringPhysicianName = "Roe^Richard"
    dataset.PixelSpacing = [0.7, 0.8]
    dataset.ImageComments = "x" * 5000
    dataset.AnatomicRegionSequence = [item]
    dataset.add_new(0x00091010, "OB", b"\x00" * 2048)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path = tmp_path / "a.dcm"
    dataset.save_as(path, enforce_file_format=False)
    return path


def _by_number(path: Path) -> dict[str, Tag]:
    return {tag.number: tag for tag in tags.read(path)}


def test_an_element_has_its_number_name_vr_and_value(file: Path) -> None:
    tag = _by_number(file)["(0028,0030)"]
    assert (tag.name, tag.vr, tag.value) == ("Pixel Spacing", "DS", "0.7\\0.8")


def test_the_file_meta_information_comes_first(file: Path) -> None:
    assert tags.read(file)[0].number == "(0002,0010)"


def test_a_sequence_has_its_items_and_their_elements(file: Path) -> None:
    sequence = _by_number(file)["(0008,2218)"]
    assert sequence.value == "1 item"
    assert sequence.children[0].children[0].value == "T-28000"


def test_names_and_the_patients_group_are_personal(file: Path) -> None:
    found = {number for number, tag in _by_number(file).items() if tag.personal}
    assert found == {"(0010,0010)", "(0008,0090)"}


def test_a_long_value_is_cut_and_says_so(file: Path) -> None:
    assert _by_number(file)["(0020,4000)"].value.endswith("… (5,000 characters)")


def test_bytes_are_counted_not_shown(file: Path) -> None:
    tag = _by_number(file)["(0009,1010)"]
    assert (tag.name, tag.value) == ("Private", "2,048 bytes")


def test_no_value_is_in_the_repr(file: Path) -> None:
    assert "Jan" not in repr(tags.read(file))


def test_a_picture_file_has_no_tags(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", np.zeros((2, 2), np.uint8))[1].tobytes())
    with pytest.raises(UnsupportedFormat, match="only DICOM"):
        tags.read(tmp_path / "a.png")
