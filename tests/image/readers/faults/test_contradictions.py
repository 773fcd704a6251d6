"""A header that contradicts itself or its pixels: it is said, and what counts is taken (PS3.3 C.7.6.3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from lungview.image.display import default_window, display
from tests.image.readers import files

HU = np.arange(-1000, -1000 + files.PIXELS.size, dtype=np.int16).reshape(files.PIXELS.shape)
BEYOND = "beyond all that is measured"


def _hounsfield_as(signed: bool, **elements: object) -> files.Change:
    """HU of 16 bits with a sign, said to be with or without one."""

    def change(made: Dataset) -> None:
        made.PixelData = HU.tobytes()
        made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 15, int(signed)
        made.RescaleSlope, made.RescaleIntercept = 1, 0
        files.setting(**elements)(made)

    return change


def test_signed_numbers_under_an_unsigned_header_are_said_to_be_no_hu(tmp_path: Path) -> None:
    wrong = files.read(tmp_path, _hounsfield_as(signed=False))
    assert wrong.values[0, 0] == 64536  # 65536 − 1000, as dcmtk and ITK read it
    assert "the values reach 64727 HU, beyond" in wrong.warnings[-1]
    right = files.read(tmp_path, _hounsfield_as(signed=True))
    assert (right.values[0, 0], right.warnings) == (-1000, ())


@pytest.mark.parametrize("elements", [{"RescaleType": "OD"}, {"Modality": "MR", "RescaleType": None}])
def test_other_units_may_reach_any_number(elements: dict[str, object], tmp_path: Path) -> None:
    assert files.read(tmp_path, _hounsfield_as(signed=False, **elements)).warnings == ()


def test_padding_beyond_is_no_measured_value(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        pixels = files.PIXELS.copy()
        pixels[:4] = 65535
        made.PixelData, made.PixelPaddingValue = pixels.tobytes(), 65535
        made.BitsStored, made.HighBit = 16, 15

    assert files.read(tmp_path, change).warnings == ()


def test_a_table_with_signs_is_said_to_give_no_hu(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        del made.RescaleSlope, made.RescaleIntercept
        item = Dataset()
        item.LUTDescriptor, item.ModalityLUTType = [192, 0, 16], "HU"
        item.add_new(0x00283006, "OW", HU.tobytes())
        made.ModalityLUTSequence = [item]

    assert BEYOND in files.read(tmp_path, change).warnings[-1]


# Grey of the first pixel, stored 0, and of the last one: what dcm2pnm +Wi 1 shows.
SHAPES = [
    ("MONOCHROME2", "", 0, 255),
    ("MONOCHROME1", "", 255, 0),
    ("MONOCHROME2", "IDENTITY", 0, 255),
    ("MONOCHROME1", "INVERSE", 255, 0),
    ("MONOCHROME2", "INVERSE", 255, 0),
    ("MONOCHROME1", "IDENTITY", 0, 255),
    ("MONOCHROME1", "SQUARE", 255, 0),
]


@pytest.mark.parametrize(("photometric", "shape", "first", "last"), SHAPES)
def test_the_shape_of_the_presentation_lut_counts(
    photometric: str, shape: str, first: int, last: int, tmp_path: Path
) -> None:
    change = files.setting(
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        WindowCenter=-928,
        WindowWidth=100,
    )
    slice_ = files.read(tmp_path, change)
    shown = display(slice_, default_window(slice_))
    assert (shown[0, 0], shown[-1, -1]) == (first, last)
    usual = {"MONOCHROME1": "INVERSE", "MONOCHROME2": "IDENTITY"}[photometric]
    said = f"Presentation LUT Shape {shape} contradicts {photometric}; the shape is used"
    agree = shape in ("", "SQUARE", usual)
    assert slice_.warnings == (() if agree else (said,))


def test_files_of_one_series_do_not_share_the_shape(tmp_path: Path) -> None:
    shapes = ("IDENTITY", "INVERSE", "IDENTITY")
    assert [files.read(tmp_path, files.setting(PresentationLUTShape=shape)).inverted for shape in shapes] == [
        False,
        True,
        False,
    ]
