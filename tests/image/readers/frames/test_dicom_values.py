"""Stored values become modality values, and windows are those of the file: PS3.3 C.11.1, C.11.2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from lungview.errors import DamagedFile
from lungview.image import readers
from lungview.image.window import VoiLutFunction, to_uint8
from tests.image.readers import files
from tests.image.readers.files import setting, text_element


def test_rescale_is_applied_once_and_in_float64(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(RescaleSlope="0.1", RescaleIntercept="0.3"))
    assert slice_.values[0, 3] == np.float32(3 * 0.1 + 0.3)


def test_a_negative_slope_is_taken_as_it_is(tmp_path: Path) -> None:
    assert files.read(tmp_path, setting(RescaleSlope=-2, RescaleIntercept=5)).values[0, 3] == -1


def test_a_slope_without_intercept_is_not_applied_and_said(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(RescaleSlope=2, RescaleIntercept=None))
    assert slice_.values[0, 3] == 3
    assert "come as a pair" in slice_.warnings[0]


def test_a_rescale_of_unspecified_unit_is_not_called_hu(tmp_path: Path) -> None:
    assert files.read(tmp_path, setting(RescaleType="US")).unit == ""


@pytest.mark.parametrize("written", ["ct", "Ct", " CT ", ""])
def test_a_ct_is_one_however_its_modality_is_written(written: str, tmp_path: Path) -> None:
    """As CS (PS3.5 6.2) it has capitals; of a CT Image it can be nothing else (PS3.3 C.8.2.1.1)."""

    def change(made: Dataset) -> None:
        del made.RescaleType
        text_element("Modality", written)(made)

    slice_ = files.read(tmp_path, change)
    (header,) = readers.read_header(tmp_path / "case.dcm").instances
    assert (slice_.instance.modality, slice_.unit, header.modality) == ("CT", "HU", "CT")


def test_a_blank_modality_is_said_and_is_ct_of_a_ct_alone(tmp_path: Path) -> None:
    files.write(tmp_path, setting(Modality=""))
    assert "Modality is blank; taken for CT" in readers.read_header(tmp_path / "case.dcm").warnings
    other = files.read(tmp_path, setting(Modality="", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"))
    assert other.instance.modality == ""


# PS3.3 C.8.2.1: a CT Image may leave out Rescale Type for HU; a Secondary Capture has to say it (C.11.1).
@pytest.mark.parametrize("sop_class", ["7", "7.2", "7.3"])
def test_the_grey_of_a_secondary_capture_is_not_called_hu(sop_class: str, tmp_path: Path) -> None:
    said = setting(
        SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{sop_class}",
        RescaleSlope=1,
        RescaleIntercept=0,
        RescaleType=None,
    )
    slice_ = files.read(tmp_path, said)
    assert (slice_.unit, slice_.values[0, 3]) == ("", 3)
    assert "grey values are shown, not HU" in slice_.warnings[0]


@pytest.mark.parametrize(
    "change",
    [
        setting(RescaleType=None),  # −1024: made from a CT
        setting(RescaleSlope=1, RescaleIntercept=0, RescaleType="HU"),
        setting(RescaleSlope=1, RescaleIntercept=0, RescaleType=None, PixelRepresentation=1),
    ],
    ids=["an intercept", "the type", "a sign"],
)
def test_a_secondary_capture_may_hold_hu(change: files.Change, tmp_path: Path) -> None:
    def captured(made: Dataset) -> None:
        made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
        change(made)

    assert files.read(tmp_path, captured).unit == "HU"


def test_signed_values_below_zero_stay_below_zero(tmp_path: Path) -> None:
    stored = np.arange(-96, 96, dtype=np.int16).reshape(16, 12)

    def change(made: Dataset) -> None:
        made.PixelData, made.PixelRepresentation, made.BitsStored, made.HighBit = stored.tobytes(), 1, 16, 15

    assert files.read(tmp_path, change).values[0, 0] == -96 - 1024


def test_bits_above_bits_stored_do_not_count(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.PixelData = (files.PIXELS | 0xF000).tobytes()

    assert np.array_equal(files.read(tmp_path, change).values, files.PIXELS - 1024.0)


@pytest.mark.parametrize(
    ("center", "width", "windows", "warning"),
    [
        ("40", "0", 0, "width is 0"),
        ("40", "-5", 0, "width is -5"),
        ("forty", "400", 0, "'forty'"),
        ("nan", "400", 0, "nan"),
        ("40\\-600", "400\\1500", 2, ""),
        ("40\\-600", "400", 1, "2 window centers and 1 widths"),
    ],
)
def test_windows_are_sanitised_with_a_warning(
    center: str, width: str, windows: int, warning: str, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        text_element("WindowCenter", center)(made)
        text_element("WindowWidth", width)(made)

    slice_ = files.read(tmp_path, change)
    assert len(slice_.windows) == windows
    assert warning in " ".join(slice_.warnings)


@pytest.mark.parametrize(
    "spelled",
    [
        *("HU", "hu", " HU ", "HU\0", "H.U.", "HUs", "[HU]", "HU\\HU"),
        *(
            "Hounsfield Unit",
            "hounsfield units",
            "Hounsfield-Unit",
            "Hounsfield Units (HU)",
            "HU (Hounsfield)",
            "Hounsfield unit(s)",
            "HounsfieldUnits",
        ),
    ],
)
def test_hounsfield_units_are_known_however_they_are_spelled(spelled: str, tmp_path: Path) -> None:
    assert files.read(tmp_path, text_element("RescaleType", spelled)).unit == "HU"


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("US", ""),
        ("us", ""),
        ("OD", "OD"),
        ("HU_MOD", "HU_MOD"),
        ("HU\\OD", "HU\\OD"),
        ("Z_EFF", "Z_EFF"),
        ("unit", "unit"),
        ("HU electron", "HU electron"),
        *(
            (said, said)
            for said in ("HU*10", "10 HU", "HU+1000", "HU/10", "0.1HU", "-HU", "HU^2", "HU %", "~HU")
        ),
    ],
)
def test_another_rescale_type_is_not_called_hu(written: str, unit: str, tmp_path: Path) -> None:
    assert files.read(tmp_path, text_element("RescaleType", written)).unit == unit


def test_values_without_a_type_are_hu_in_a_ct_alone(tmp_path: Path) -> None:
    assert files.read(tmp_path, setting(RescaleType=None)).unit == "HU"
    assert files.read(tmp_path, setting(RescaleType=None, Modality="PT")).unit == ""


def test_an_empty_rescale_is_none_and_said(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(RescaleSlope="", RescaleIntercept=""))
    assert slice_.values[0, 3] == 3
    assert slice_.unit == ""
    assert "Rescale Slope and Intercept are empty" in slice_.warnings[0]


def test_an_empty_slope_beside_an_intercept_is_not_applied_and_said(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(RescaleSlope=""))
    assert slice_.values[0, 3] == 3
    assert slice_.unit == ""
    assert "come as a pair" in slice_.warnings[0]


def test_a_threshold_window_for_fractions_is_taken_as_a_ramp_and_said(tmp_path: Path) -> None:
    change = setting(Modality="MR", RescaleSlope="0.001", WindowCenter="0.5", WindowWidth="1")
    slice_ = files.read(tmp_path, change)
    assert slice_.windows[0].function is VoiLutFunction.LINEAR_EXACT
    assert to_uint8(np.array([0.0, 0.25, 1.0]), slice_.windows[0]).tolist() == [0, 64, 255]
    assert "width 1 is made for whole numbers" in slice_.warnings[0]


def test_a_threshold_window_for_whole_numbers_stays_one_and_is_called_so(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(WindowCenter="40", WindowWidth="1"))
    assert slice_.windows[0].function is VoiLutFunction.LINEAR
    assert slice_.warnings == ("the window of width 1 is a threshold: black up to 39.5, white above",)


def test_a_comma_that_may_part_thousands_gives_no_hu(tmp_path: Path) -> None:
    path = files.write(tmp_path, text_element("RescaleIntercept", "-1,024"))
    files.refused(path, DamagedFile, "RescaleIntercept is -1,024: its comma may part thousands or decimals")


def test_a_comma_that_can_only_be_a_decimal_one_is_read(tmp_path: Path) -> None:
    assert files.read(tmp_path, text_element("RescaleIntercept", "-1024,0")).values[0, 3] == 3 - 1024


@pytest.mark.parametrize(
    ("vr", "value"), [("US", 64512), ("UL", 2**32 - 1024), ("SS", -1024), ("FD", -1024.0)]
)
def test_an_intercept_of_a_vr_without_a_sign_is_read_with_one(vr: str, value: float, tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, _of_vr(0x00281052, vr, value))
    assert slice_.values[0, 3] == 3 - 1024
    said = f"RescaleIntercept is written as {vr}, which has no sign; {value} is taken for -1024"
    assert (said in slice_.warnings) == (vr in ("US", "UL"))


def test_of_several_values_without_a_sign_the_one_is_named_that_has_it(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, _of_vr(0x00281050, "US", [40, 64936]))
    assert [window.center for window in slice_.windows] == [40, -600]
    said = "WindowCenter is written as US, which has no sign; 64936 is taken for -600"
    assert said in slice_.warnings


def test_an_intercept_below_the_highest_bit_stays_as_it_is(tmp_path: Path) -> None:
    assert files.read(tmp_path, _of_vr(0x00281052, "US", 1000)).values[0, 3] == 3 + 1000


def test_a_center_of_a_vr_without_a_sign_is_read_with_one(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        _of_vr(0x00281050, "US", 65536 - 600)(made)
        made.WindowWidth = "1500"

    assert files.read(tmp_path, change).windows[0].center == -600


def _of_vr(tag: int, vr: str, value: float | list[int]) -> files.Change:
    def change(made: Dataset) -> None:
        made.pop(tag, None)
        made.add_new(tag, vr, value)

    return change
