"""`shared/cases/files`: one check a row of its table, under the file's name; the values are other tools'."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.cli.studies.inspect import describe
from lungview.errors import DamagedFile, MissingCodec
from lungview.image import readers
from lungview.image.display import default_window, display
from lungview.sources.files.scan import scan
from tests.cases.rows import Table, checks, names, section, without_check

pytestmark = pytest.mark.shared
TABLE: Table = {}
CT = (-1024, 2976, "HU")
# Frames; lowest and highest value, unit; a part of the warning, "" for none at all.
VALUES: dict[str, tuple[int, tuple[float, float, str], str]] = {
    "jpegls_16bit_codestream_signed_12_stored.dcm": (1, (-3024, 976, "HU"), ""),
    "bot_repeated_offset_shifts_frames.dcm": (3, CT, ""),
    "bot_one_entry_two_frames.dcm": (2, CT, ""),
    "jpeg_lossless12.jpg": (1, (0, 4095, ""), ""),
    "jpeg_progressive_55.dcm": (1, (0, 255, ""), ""),
    "rescale_present_but_empty.dcm": (1, (0, 4000, ""), "are empty"),
    "modality_lut_item_empty.dcm": (1, (0, 4000, ""), "Modality LUT is empty"),
    "rle_trailing_byte.dcm": (1, CT, "bytes follow the RLE"),
    "second_file_meta_in_data_set.dcm": (1, CT, "second transfer syntax"),
    "big_endian_un_undefined_length.dcm": (1, CT, ""),
    "samples_per_pixel_absent.dcm": (1, CT, "SamplesPerPixel is absent"),
    "bits_allocated_12_packed.dcm": (1, CT, "packed end to end"),
    "ybr_partial_422.dcm": (1, (0, 255, ""), ""),
    "jpeg_no_eoi.dcm": (1, CT, "no end marker"),
    "high_bit_15_stored_12.dcm": (1, CT, "HighBit is 15"),
    "excess_bytes_become_a_frame.dcm": (1, CT, "1,000 bytes behind"),
    "encapsulated_three_frames_says_two.dcm": (3, CT, "holds 3 frames"),
    "png_bad_crc.png": (1, (0, 255, ""), "checksum"),
    "jpeg_mpo_lossy_flag.jpg": (1, (0, 255, ""), "2 pictures"),
}
# First, second and last pixel as tifffile and ImageMagick give them.
RAMPS = {
    "tiff_u16_miniswhite.tif": (65535, 65364, 0),
    "tiff_i16_bigendian_lzw.tif": (-32768, -32596, 32767),
    "tiff_u32.tif": (0, 11214013, 4294967295),
    "tiff_i8.tif": (-128, -127, 127),
    "tiff_bigtiff_i16.tif": (-32768, -32596, 32767),
    "tiff_orientation_as_byte.tif": (0, 0, 255),
}
TALL = {  # rows, columns, channels of a page that is turned or is in planes; mean of all of it
    "tiff_rgb16_planar.tif": ((16, 24, 3), 27305.75),
    "tiff_rgb16_orientation6.tif": ((24, 16, 3), 27305.75),
    "tiff_rgb8_orientation6_header.tif": ((24, 16, 3), 106.166666),
}


@checks(TABLE, *VALUES)
def _window_and_command_line_have_the_right_values(path: Path, _: Path) -> None:
    frames, values, warning = VALUES[path.name]
    found = describe(str(path))
    assert found["frames"] == frames
    assert (found["min"], found["max"], found["unit"]) == values
    assert warning in " ".join(found["warnings"])  # type: ignore[arg-type]
    assert bool(found["warnings"]) == bool(warning)
    for number, slice_ in enumerate(readers.read_frames(path)):
        assert np.array_equal(readers.read(path, number).values, slice_.values)


@checks(TABLE, *RAMPS)
def _the_stored_ramp_is_whole(path: Path, _: Path) -> None:
    flat = readers.read_stored(path).pixels.ravel()
    assert (flat[0], flat[1], flat[-1]) == RAMPS[path.name]


@checks(TABLE, *TALL)
def _colour_is_whole_and_turned_once(path: Path, _: Path) -> None:
    shape, mean = TALL[path.name]
    pixels = readers.read_stored(path).pixels
    instance = readers.read_header(path).instances[0]
    assert pixels.shape == shape
    assert (instance.rows, instance.columns) == shape[:2]
    assert pixels.mean() == pytest.approx(mean)


@checks(TABLE, "tiff_f64.tif")
def _floats_of_64_bits_are_read(path: Path, _: Path) -> None:
    pixels = readers.read_stored(path).pixels
    assert (pixels.min(), pixels.max()) == (-1024, 1023.96875)


@checks(TABLE, "xa_log_modality_lut.dcm")
def _an_angiogram_is_as_bright_as_dcm2pnm_shows_it(path: Path, _: Path) -> None:
    slice_ = readers.read(path)
    assert display(slice_, default_window(slice_)).mean() == pytest.approx(127.5, abs=0.6)  # it rounds down


@checks(TABLE, "palette_one_dark_channel.dcm")
def _a_dark_channel_keeps_its_place(path: Path, _: Path) -> None:
    colours = readers.read(path).values.reshape(-1, 3)
    assert np.unique(colours, axis=0).tolist() == [[40, 20, 0]]


@checks(TABLE, "overlay_image_frame_origin.dcm")
def _an_overlay_is_on_its_own_frames(path: Path, _: Path) -> None:
    assert [len(slice_.overlays) for slice_ in readers.read_frames(path)] == [0, 1, 1]


@checks(TABLE, "pixel_aspect_ratio_2_1.dcm")
def _tall_pixels_are_tall(path: Path, _: Path) -> None:
    slice_ = readers.read(path)
    assert (slice_.rows * slice_.aspect, slice_.columns) == (32, 24)


@checks(TABLE, "dicomdir_other_name")
def _a_dicomdir_of_another_name_gives_its_image(path: Path, _: Path) -> None:
    for start in (path, path / "DICOMDIR", path / "VOLUME.DIR"):
        assert [len(series.instances) for series in scan([start]).series] == [1]


@checks(TABLE, "dicomdir_nested")
def _a_dicomdir_that_lists_no_image_says_so(path: Path, _: Path) -> None:
    (skipped,) = scan([path / "DICOMDIR"]).skipped
    assert "lists no image" in skipped.error.message


@checks(TABLE, "png_cut_data_then_text.png")
def _a_picture_that_ends_too_soon_is_called_cut_off(path: Path, _: Path) -> None:
    with pytest.raises(DamagedFile, match="cut off"):
        readers.read(path)


@checks(TABLE, "elscint_private_pixels.dcm")
def _a_private_compression_is_named(path: Path, _: Path) -> None:
    with pytest.raises(MissingCodec, match="private method of Elscint"):
        readers.read(path)


@pytest.mark.parametrize("name", TABLE)
def test_the_row_holds(name: str, shared_cases: Path, tmp_path: Path) -> None:
    TABLE[name](shared_cases / "files" / name, tmp_path)


def test_every_row_and_every_file_has_a_test(shared_cases: Path) -> None:
    rows = section((shared_cases / "CASES.md").read_text("utf-8"), "files/")
    held = [each.name for each in (shared_cases / "files").iterdir()]
    assert without_check([*(name for row in rows for name in names(row)), *held], TABLE) == []
