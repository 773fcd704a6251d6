"""Odd files of public test sets, rebuilt small: window and command line give the known right values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.cli.studies.inspect import describe
from lungview.errors import MissingCodec
from lungview.image import readers
from lungview.image.window import default_window, display

pytestmark = pytest.mark.shared

# Frames, lowest and highest value, unit, a part of the warning ("" for none): by dcmtk or ITK.
VALUES = {
    "files/big_endian_un_undefined_length.dcm": (1, -1024, 2976, "HU", ""),
    "files/bits_allocated_12_packed.dcm": (1, -1024, 2976, "HU", "packed end to end"),
    "files/bot_one_entry_two_frames.dcm": (2, -1024, 2976, "HU", ""),
    "files/bot_repeated_offset_shifts_frames.dcm": (3, -1024, 2976, "HU", ""),
    "files/encapsulated_three_frames_says_two.dcm": (3, -1024, 2976, "HU", "holds 3 frames"),
    "files/excess_bytes_become_a_frame.dcm": (1, -1024, 2976, "HU", "1,000 bytes behind"),
    "files/high_bit_15_stored_12.dcm": (1, -1024, 2976, "HU", "HighBit is 15"),
    "files/jpeg_no_eoi.dcm": (1, -1024, 2976, "HU", "no end marker"),
    "files/jpeg_progressive_55.dcm": (1, 0, 255, "", ""),
    "files/jpegls_16bit_codestream_signed_12_stored.dcm": (1, -3024, 976, "HU", ""),
    "files/modality_lut_item_empty.dcm": (1, 0, 4000, "", "Modality LUT is empty"),
    "files/overlay_image_frame_origin.dcm": (3, -1024, 2976, "HU", ""),
    "files/rescale_present_but_empty.dcm": (1, 0, 4000, "", "are empty"),
    "files/rle_trailing_byte.dcm": (1, -1024, 2976, "HU", "bytes follow the RLE"),
    "files/samples_per_pixel_absent.dcm": (1, -1024, 2976, "HU", "SamplesPerPixel is absent"),
    "files/second_file_meta_in_data_set.dcm": (1, -1024, 2976, "HU", "second transfer syntax"),
    "files/xa_log_modality_lut.dcm": (1, 0, 255, "", "not for display"),
    "files/ybr_partial_422.dcm": (1, 0, 255, "", ""),
    "headers/ds_comma_slope/a.dcm": (1, -1000, 535, "HU", "decimal comma"),
    "headers/ds_spacing_ut/a.dcm": (1, -1000, 535, "HU", ""),
    "headers/highbit_10_11/a.dcm": (1, -1000, 532, "HU", "HighBit is 11"),
    "headers/highbit_12_15/a.dcm": (1, -1000, 535, "HU", "HighBit is 15"),
    "headers/rescale_hu_lower/a.dcm": (1, -1024, 683, "HU", ""),
}


@pytest.mark.parametrize("name", VALUES)
def test_the_command_line_gives_the_right_values(name: str, shared_cases: Path) -> None:
    frames, low, high, unit, warning = VALUES[name]
    found = describe(str(shared_cases / name))

    assert (found["frames"], found["min"], found["max"], found["unit"]) == (frames, low, high, unit)
    assert warning in " ".join(found["warnings"]), found["warnings"]  # type: ignore[arg-type]
    assert bool(found["warnings"]) == bool(warning)


@pytest.mark.parametrize("name", VALUES)
def test_a_frame_read_alone_is_the_frame_read_in_turn(name: str, shared_cases: Path) -> None:
    path = shared_cases / name
    for number, slice_ in enumerate(readers.read_frames(path)):
        assert np.array_equal(readers.read(path, number).values, slice_.values)


def test_an_angiogram_is_as_bright_as_dcm2pnm_shows_it(shared_cases: Path) -> None:
    slice_ = readers.read(shared_cases / "files/xa_log_modality_lut.dcm")
    assert display(slice_, default_window(slice_)).mean() == pytest.approx(127.5, abs=0.6)  # it rounds down


def test_a_dark_channel_keeps_its_place_in_a_palette(shared_cases: Path) -> None:
    values = readers.read(shared_cases / "files/palette_one_dark_channel.dcm").values
    assert np.unique(values.reshape(-1, 3), axis=0).tolist() == [[40, 20, 0]]


def test_an_overlay_is_on_its_own_frames(shared_cases: Path) -> None:
    slices = readers.read_frames(shared_cases / "files/overlay_image_frame_origin.dcm")
    assert [len(slice_.overlays) for slice_ in slices] == [0, 1, 1]


@pytest.mark.parametrize(
    ("name", "shape"),
    [("files/pixel_aspect_ratio_2_1.dcm", (32, 24)), ("headers/pixel_aspect_ratio/sc.dcm", (192, 96))],
)
def test_tall_pixels_make_a_tall_picture(name: str, shape: tuple[int, int], shared_cases: Path) -> None:
    slice_ = readers.read(shared_cases / name)
    assert (slice_.rows * slice_.aspect, slice_.columns) == shape


def test_a_spacing_of_the_wrong_vr_is_read(shared_cases: Path) -> None:
    assert describe(str(shared_cases / "headers/ds_spacing_ut/a.dcm"))["spacing"] == [0.78125, 0.78125]


def test_a_narrow_voi_lut_is_readable(shared_cases: Path) -> None:
    slice_ = readers.read(shared_cases / "headers/voi_lut_narrow/a.dcm")
    shown = display(slice_, default_window(slice_))
    assert shown.max() == round(1559 / 4095 * 255)  # dark by the letter: 6
    assert "VOI LUT" in slice_.warnings[0]


def test_undeclared_padding_is_padding(shared_cases: Path) -> None:
    slice_ = readers.read(shared_cases / "headers/padding_undeclared_2000/a.dcm")
    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, slice_.values == -2000)


def test_a_window_for_fractions_shows_a_picture_and_says_so(shared_cases: Path) -> None:
    slice_ = readers.read(shared_cases / "headers/window_fraction/a.dcm")
    assert display(slice_, default_window(slice_)).std() > 20  # by the letter a white field
    assert "LINEAR_EXACT" in slice_.warnings[0]


def test_an_ultrasound_region_has_pixels_of_half_a_millimetre(shared_cases: Path) -> None:
    (region,) = readers.read(shared_cases / "headers/us_region/us.dcm").regions
    assert (region.row, region.column) == (0.5, 0.5)


def test_a_private_compression_is_named(shared_cases: Path) -> None:
    with pytest.raises(MissingCodec, match="private method of Elscint"):
        readers.read(shared_cases / "files/elscint_private_pixels.dcm")
