"""TIFF: every kind of sample, byte order, compression, orientation and number of bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from lungview.errors import ReadError
from lungview.image import readers
from lungview.image.display import default_window, display
from lungview.image.readers.pictures import tiff_page
from tests.image.readers.pictures.tiffs import GREY, RGB, RNG, packed_page, pixels_of, written

# Corners of [[1, 2], [3, 4]] after each orientation (TIFF 6.0, tag 274).
UPRIGHT = {2: [[2, 1], [4, 3]], 3: [[4, 3], [2, 1]], 6: [[3, 1], [4, 2]], 8: [[2, 4], [1, 3]]}


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float16, np.float32, np.float64]
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_sample_type_keeps_its_values(tmp_path: Path, dtype: type, order: str) -> None:
    info = np.finfo(dtype) if np.issubdtype(dtype, np.floating) else np.iinfo(dtype)
    ends = (-1024.5, 1023.25) if info.dtype.kind == "f" else (info.min, info.max)
    values = np.linspace(*ends, 384).round(2).astype(dtype).reshape(16, 24)
    path = written(tmp_path, values, photometric="minisblack", byteorder=order)
    assert np.array_equal(pixels_of(path), values.astype(np.float32) if info.dtype.kind == "f" else values)


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "zstd"])
@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_compression_keeps_signed_values(
    tmp_path: Path, compression: str | None, predictor: bool, tile: tuple[int, int] | None, order: str
) -> None:
    values = (GREY.astype(np.int32) - 32768).astype(np.int16)
    path = written(
        tmp_path,
        values,
        compression=compression,
        predictor=predictor and compression is not None,
        tile=tile,
        byteorder=order,
        photometric="minisblack",
        rowsperstrip=None if tile else 5,
    )
    assert np.array_equal(pixels_of(path), values)


def test_a_bigtiff_is_read(tmp_path: Path) -> None:
    assert np.array_equal(pixels_of(written(tmp_path, GREY, bigtiff=True)), GREY)


def test_planes_stored_one_after_the_other_are_joined_to_colours(tmp_path: Path) -> None:
    planes = np.ascontiguousarray(np.moveaxis(RGB, -1, 0)).astype(np.uint16) * 257
    path = written(tmp_path, planes, photometric="rgb", planarconfig="separate")
    assert np.array_equal(pixels_of(path), RGB.astype(np.uint16) * 257)


def test_where_the_file_says_0_is_white_it_is_turned_round_once(tmp_path: Path) -> None:
    path = written(tmp_path, GREY, photometric="miniswhite")
    assert np.array_equal(pixels_of(path), 65535 - GREY)


def test_a_1_bit_page_where_0_is_white_is_black_on_white(tmp_path: Path) -> None:
    bits = RNG.integers(0, 2, (16, 24)).astype(bool)
    path = written(tmp_path, bits, photometric="miniswhite")
    assert np.array_equal(pixels_of(path), np.where(bits, 0, 255))


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", [3, 1], ids=["as a short", "as a byte"])
def test_a_page_is_turned_upright_once_and_its_header_with_it(
    tmp_path: Path, orientation: int, kind: int
) -> None:
    wide = np.array([[1, 2], [3, 4]], np.uint16).repeat(3, axis=1)
    tag = (274, kind, 1, orientation, True)
    path = written(tmp_path, wide, photometric="minisblack", extratags=[tag])
    pixels = pixels_of(path)
    corners = [[int(pixels[y, x]) for x in (0, -1)] for y in (0, -1)]
    assert corners == UPRIGHT[orientation]
    instance = readers.read_header(path).instances[0]
    assert (instance.rows, instance.columns) == pixels.shape


def test_colours_that_were_not_multiplied_with_their_alpha_are_put_on_black(tmp_path: Path) -> None:
    rgba = np.dstack([RGB, np.full(RGB.shape[:2], 128, np.uint8)])
    path = written(tmp_path, rgba, photometric="rgb", extrasamples=["unassalpha"])
    assert np.array_equal(pixels_of(path), np.rint(RGB * (128 / 255)))
    assert "transparent" in readers.read(path).warnings[0]


def test_colours_that_were_multiplied_with_their_alpha_are_taken_as_they_are(tmp_path: Path) -> None:
    rgba = np.dstack([RGB // 2, np.full(RGB.shape[:2], 128, np.uint8)])
    path = written(tmp_path, rgba, photometric="rgb", extrasamples=["assocalpha"])
    assert np.array_equal(pixels_of(path), RGB // 2)


def test_a_palette_is_judged_by_its_three_tables_together(tmp_path: Path) -> None:
    table = np.zeros((3, 256), np.uint16)
    table[0, 1], table[1, 1] = 0x2800, 0x0014  # 16 bits: (40, 0, 0), although one table stays below 256
    path = written(tmp_path, np.ones((4, 4), np.uint8), photometric="palette", colormap=table)
    assert readers.read(path).values[0, 0].tolist() == [40, 0, 0]


def test_every_page_is_a_frame_and_a_smaller_copy_is_none(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for at in range(3):
            writer.write(GREY + at, photometric="minisblack", metadata=None)
        writer.write(GREY[::2, ::2], photometric="minisblack", subfiletype=1, metadata=None)
    frames = [stored.pixels for stored in readers.read_stored_frames(tmp_path / "a.tif")]
    assert [np.array_equal(f, GREY + at) for at, f in enumerate(frames)] == [True] * 3
    with pytest.raises(ReadError, match="frames 0 to 2"):
        readers.read_stored(tmp_path / "a.tif", 3)


def test_integers_that_float32_cannot_hold_are_said_to_be_rounded(tmp_path: Path) -> None:
    path = written(tmp_path, np.full((4, 4), 2**31 + 1, np.uint32), photometric="minisblack")
    assert "rounded" in readers.read(path).warnings[0]


RAMP = {  # first, second and last stored value; checked with tifffile and ImageMagick
    "tiff_i16_bigendian_lzw": (-32768, -32596, 32767),
    "tiff_bigtiff_i16": (-32768, -32596, 32767),
    "tiff_u32": (0, 11214013, 4294967295),
    "tiff_i8": (-128, -127, 127),
    "tiff_u16_miniswhite": (65535, 65364, 0),
    "tiff_orientation_as_byte": (0, 0, 255),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", RAMP)
def test_an_odd_tiff_has_the_values_other_tools_see(shared_cases: Path, name: str) -> None:
    flat = pixels_of(shared_cases / "files" / f"{name}.tif").ravel()
    assert (flat[0], flat[1], flat[-1]) == RAMP[name]


@pytest.mark.shared
def test_64_bit_floats_are_read(shared_cases: Path) -> None:
    pixels = pixels_of(shared_cases / "files" / "tiff_f64.tif")
    assert (pixels.min(), pixels.max()) == (-1024, 1023.96875)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "shape"),
    [("tiff_rgb16_planar", (16, 24, 3)), ("tiff_rgb16_orientation6", (24, 16, 3))],
)
def test_16_bit_colour_is_whole_and_upright(shared_cases: Path, name: str, shape: tuple[int, ...]) -> None:
    pixels = pixels_of(shared_cases / "files" / f"{name}.tif")
    assert pixels.shape == shape
    assert pixels.mean() == 27305.75


@pytest.mark.shared
def test_a_turned_page_has_the_size_its_header_says(shared_cases: Path) -> None:
    path = shared_cases / "files" / "tiff_rgb8_orientation6_header.tif"
    instance = readers.read_header(path).instances[0]
    assert (instance.rows, instance.columns) == readers.read(path).values.shape[:2]


def test_whole_numbers_of_64_bits_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path, np.arange(20, dtype=np.uint64).reshape(4, 5), photometric="miniswhite")
    slice_ = readers.read(path)
    assert display(slice_, default_window(slice_)).shape == (4, 5)


@pytest.mark.parametrize("bits", [4, 10, 12, 14])
def test_colour_of_any_bits_is_as_bright_as_that_of_8(bits: int, tmp_path: Path) -> None:
    narrow = np.rint(RGB.astype(float) * ((1 << bits) - 1) / 255)
    shown = readers.read(packed_page(tmp_path, narrow, bits, 2)).values
    step = 255 / ((1 << bits) - 1)
    assert np.abs(shown.astype(float) - RGB).max() <= max(1, step / 2)


@pytest.mark.parametrize(("bits", "photometric"), [(2, 1), (2, 0), (4, 1), (4, 0), (6, 1)])
def test_grey_of_few_bits_is_not_dark(bits: int, photometric: int, tmp_path: Path) -> None:
    most = (1 << bits) - 1
    stored = np.arange(384).reshape(16, 24) % (most + 1)
    path = packed_page(tmp_path, stored, bits, photometric)
    expected = np.rint((stored if photometric else most - stored) * 255 / most)
    assert np.array_equal(pixels_of(path), expected)
    slice_ = readers.read(path)
    assert np.array_equal(display(slice_, default_window(slice_)), expected)


def test_grey_of_12_bits_keeps_its_values(tmp_path: Path) -> None:
    assert np.array_equal(pixels_of(packed_page(tmp_path, GREY >> 4, 12, 1)), GREY >> 4)


def test_colour_in_floats_beyond_one_is_said(tmp_path: Path) -> None:
    assert (
        tiff_page.CUT in readers.read(written(tmp_path, RGB.astype(np.float32), photometric="rgb")).warnings
    )
    in_range = written(tmp_path, (RGB / 255).astype(np.float32), photometric="rgb")
    assert readers.read(in_range).warnings == ()
