"""TIFF: every kind of sample, byte order, compression and orientation; and hostile ones."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from lungview.errors import DamagedFile, MissingCodec, ReadError, TooManyPixels, UnsupportedFormat
from lungview.image import readers
from lungview.image.readers.pictures import tiff, tiff_page
from lungview.image.window import default_window, display

RNG = np.random.default_rng(3)
GREY = RNG.integers(0, 65535, (16, 24), np.uint16)
RGB = RNG.integers(0, 255, (16, 24, 3), np.uint8)
# Corners of [[1, 2], [3, 4]] after each orientation (TIFF 6.0, tag 274).
UPRIGHT = {2: [[2, 1], [4, 3]], 3: [[4, 3], [2, 1]], 6: [[3, 1], [4, 2]], 8: [[2, 4], [1, 3]]}


def _written(folder: Path, values: np.ndarray, **options: object) -> Path:
    path = folder / "a.tif"
    tifffile.imwrite(path, values, **{"metadata": None, **options})
    return path


def _pixels(path: Path) -> np.ndarray:
    return readers.read_stored(path).pixels


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float16, np.float32, np.float64]
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_sample_type_keeps_its_values(tmp_path: Path, dtype: type, order: str) -> None:
    info = np.finfo(dtype) if np.issubdtype(dtype, np.floating) else np.iinfo(dtype)
    ends = (-1024.5, 1023.25) if info.dtype.kind == "f" else (info.min, info.max)
    values = np.linspace(*ends, 384).round(2).astype(dtype).reshape(16, 24)
    path = _written(tmp_path, values, photometric="minisblack", byteorder=order)
    assert np.array_equal(_pixels(path), values.astype(np.float32) if info.dtype.kind == "f" else values)


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "zstd"])
@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_compression_keeps_signed_values(
    tmp_path: Path, compression: str | None, predictor: bool, tile: tuple[int, int] | None, order: str
) -> None:
    values = (GREY.astype(np.int32) - 32768).astype(np.int16)
    path = _written(
        tmp_path,
        values,
        compression=compression,
        predictor=predictor and compression is not None,
        tile=tile,
        byteorder=order,
        photometric="minisblack",
        rowsperstrip=None if tile else 5,
    )
    assert np.array_equal(_pixels(path), values)


def test_a_bigtiff_is_read(tmp_path: Path) -> None:
    assert np.array_equal(_pixels(_written(tmp_path, GREY, bigtiff=True)), GREY)


def test_planes_stored_one_after_the_other_are_joined_to_colours(tmp_path: Path) -> None:
    planes = np.ascontiguousarray(np.moveaxis(RGB, -1, 0)).astype(np.uint16) * 257
    path = _written(tmp_path, planes, photometric="rgb", planarconfig="separate")
    assert np.array_equal(_pixels(path), RGB.astype(np.uint16) * 257)


def test_where_the_file_says_0_is_white_it_is_turned_round_once(tmp_path: Path) -> None:
    path = _written(tmp_path, GREY, photometric="miniswhite")
    assert np.array_equal(_pixels(path), 65535 - GREY)


def test_a_1_bit_page_where_0_is_white_is_black_on_white(tmp_path: Path) -> None:
    bits = RNG.integers(0, 2, (16, 24)).astype(bool)
    path = _written(tmp_path, bits, photometric="miniswhite")
    assert np.array_equal(_pixels(path), np.where(bits, 0, 255))


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", [3, 1], ids=["as a short", "as a byte"])
def test_a_page_is_turned_upright_once_and_its_header_with_it(
    tmp_path: Path, orientation: int, kind: int
) -> None:
    wide = np.array([[1, 2], [3, 4]], np.uint16).repeat(3, axis=1)
    tag = (274, kind, 1, orientation, True)
    path = _written(tmp_path, wide, photometric="minisblack", extratags=[tag])
    pixels = _pixels(path)
    corners = [[int(pixels[y, x]) for x in (0, -1)] for y in (0, -1)]
    assert corners == UPRIGHT[orientation]
    instance = readers.read_header(path).instances[0]
    assert (instance.rows, instance.columns) == pixels.shape


def test_colours_that_were_not_multiplied_with_their_alpha_are_put_on_black(tmp_path: Path) -> None:
    rgba = np.dstack([RGB, np.full(RGB.shape[:2], 128, np.uint8)])
    path = _written(tmp_path, rgba, photometric="rgb", extrasamples=["unassalpha"])
    assert np.array_equal(_pixels(path), np.rint(RGB * (128 / 255)))
    assert "transparent" in readers.read(path).warnings[0]


def test_colours_that_were_multiplied_with_their_alpha_are_taken_as_they_are(tmp_path: Path) -> None:
    rgba = np.dstack([RGB // 2, np.full(RGB.shape[:2], 128, np.uint8)])
    path = _written(tmp_path, rgba, photometric="rgb", extrasamples=["assocalpha"])
    assert np.array_equal(_pixels(path), RGB // 2)


def test_a_palette_is_judged_by_its_three_tables_together(tmp_path: Path) -> None:
    table = np.zeros((3, 256), np.uint16)
    table[0, 1], table[1, 1] = 0x2800, 0x0014  # 16 bits: (40, 0, 0), although one table stays below 256
    path = _written(tmp_path, np.ones((4, 4), np.uint8), photometric="palette", colormap=table)
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
    path = _written(tmp_path, np.full((4, 4), 2**31 + 1, np.uint32), photometric="minisblack")
    assert "rounded" in readers.read(path).warnings[0]


# --- what is not shown -------------------------------------------------------------------------------------


def _refused(path: Path, kind: type[ReadError], text: str) -> None:
    with pytest.raises(kind, match=text):
        list(readers.read_frames(path))


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = _written(tmp_path, np.full((4, 4), np.nan, np.float32), photometric="minisblack")
    _refused(path, DamagedFile, "no numbers")


def test_complex_samples_are_refused_by_name(tmp_path: Path) -> None:
    path = _written(tmp_path, np.ones((4, 4), np.complex64), photometric="minisblack")
    _refused(path, UnsupportedFormat, "64 bits")


def test_a_compression_that_is_not_read_is_named(tmp_path: Path) -> None:
    path = _written(tmp_path, GREY, photometric="minisblack", compression="lzma")
    _refused(path, MissingCodec, "LZMA")


def test_a_missing_strip_is_no_picture(tmp_path: Path) -> None:
    path = _written(tmp_path, GREY, photometric="minisblack", compression="zlib", rowsperstrip=4)
    _set_tag(path, 279, lambda counts: (*counts[:-1], 0))
    _refused(path, DamagedFile, "3 of its 4 strips")


def test_a_huge_page_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    path = _written(tmp_path, GREY, photometric="minisblack", compression="zlib")
    for tag in (256, 257, 278):
        _set_tag(path, tag, lambda _: 60000)
    tracemalloc.start()
    _refused(path, TooManyPixels, "3600 megapixels")
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("compression", ["zlib", "lzw", "zstd"])
def test_a_strip_that_unpacks_far_beyond_its_page_is_refused(tmp_path: Path, compression: str) -> None:
    rows = 12000  # one strip of 144 MB, said to be one of 192 KB
    path = _written(
        tmp_path,
        np.zeros((rows, 12000), np.uint8),
        photometric="minisblack",
        compression=compression,
        rowsperstrip=rows,
    )
    _set_tag(path, 257, lambda _: 16)
    _set_tag(path, 278, lambda _: 16)
    _set_tag(path, 256, lambda _: 12000)
    _refused(path, DamagedFile, "become more than the 192,000 they stand for")


def test_pages_that_turn_back_end_the_file(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for _ in range(2):
            writer.write(GREY, photometric="minisblack", metadata=None)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        first, last = file.pages[0].offset, file.pages[1]
        at = last.offset + 2 + 12 * len(last.tags)
    content = bytearray((tmp_path / "a.tif").read_bytes())
    content[at : at + 4] = struct.pack("<I", first)
    (tmp_path / "a.tif").write_bytes(content)
    header = readers.read_header(tmp_path / "a.tif")
    assert len(header.instances) == 2
    assert header.warnings == (tiff.REPEATED,)


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "jpeg"])
def test_changed_bytes_give_a_picture_or_a_sentence(tmp_path: Path, compression: str | None) -> None:
    path = _written(
        tmp_path,
        RGB,
        photometric="rgb",
        compression=compression,
        rowsperstrip=None if compression == "jpeg" else 5,
    )
    content = path.read_bytes()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        changed = bytearray(content)
        for at in rng.integers(4, len(content), 3):
            changed[at] = rng.integers(256)
        path.write_bytes(changed[: rng.integers(20, len(changed))] if seed % 4 == 0 else changed)
        with contextlib.suppress(ReadError):  # anything else is a fault of the reader's
            readers.read_header(path)
            list(readers.read_frames(path))


def _set_tag(path: Path, code: int, change: Callable[[tuple[int, ...]], object]) -> None:
    """Overwrite a tag's value in place; one that is not there is left out."""
    with tifffile.TiffFile(path, mode="r+") as file:
        tag = file.pages[0].tags.get(code)
        if tag is not None:
            value = tag.value if isinstance(tag.value, tuple) else (tag.value,)
            tag.overwrite(change(value))


# --- files from elsewhere ----------------------------------------------------------------------------------

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
    flat = _pixels(shared_cases / "files" / f"{name}.tif").ravel()
    assert (flat[0], flat[1], flat[-1]) == RAMP[name]


@pytest.mark.shared
def test_64_bit_floats_are_read(shared_cases: Path) -> None:
    pixels = _pixels(shared_cases / "files" / "tiff_f64.tif")
    assert (pixels.min(), pixels.max()) == (-1024, 1023.96875)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "shape"),
    [("tiff_rgb16_planar", (16, 24, 3)), ("tiff_rgb16_orientation6", (24, 16, 3))],
)
def test_16_bit_colour_is_whole_and_upright(shared_cases: Path, name: str, shape: tuple[int, ...]) -> None:
    pixels = _pixels(shared_cases / "files" / f"{name}.tif")
    assert pixels.shape == shape
    assert pixels.mean() == 27305.75


@pytest.mark.shared
def test_a_turned_page_has_the_size_its_header_says(shared_cases: Path) -> None:
    path = shared_cases / "files" / "tiff_rgb8_orientation6_header.tif"
    instance = readers.read_header(path).instances[0]
    assert (instance.rows, instance.columns) == readers.read(path).values.shape[:2]


@pytest.mark.parametrize(("samples", "photometric"), [(GREY, "minisblack"), (RGB, "rgb")])
def test_a_page_that_does_not_say_what_its_samples_mean_is_not_turned_and_says_so(
    tmp_path: Path, samples: np.ndarray, photometric: str
) -> None:
    path = _written(tmp_path, samples, photometric=photometric)
    with tifffile.TiffFile(path) as file:
        at = file.pages[0].tags[262].offset
    content = bytearray(path.read_bytes())
    content[at : at + 2] = struct.pack("<H", 60000)
    path.write_bytes(content)
    slice_ = readers.read(path)
    assert np.array_equal(readers.read_stored(path).pixels, samples)
    assert tiff_page.UNSAID in slice_.warnings


def test_a_float_beyond_what_is_shown_is_named(tmp_path: Path) -> None:
    path = _written(tmp_path, np.full((4, 5), 1e300))
    with pytest.raises(UnsupportedFormat, match=r"beyond ±3\.4e38"):
        readers.read(path)


def test_whole_numbers_of_64_bits_are_shown(tmp_path: Path) -> None:
    path = _written(tmp_path, np.arange(20, dtype=np.uint64).reshape(4, 5), photometric="miniswhite")
    slice_ = readers.read(path)
    assert display(slice_, default_window(slice_)).shape == (4, 5)


def _packed(values: np.ndarray, bits: int) -> bytes:
    """Samples end to end, the highest bit first, each row beginning a byte (TIFF 6.0, section 8)."""
    rows = [(row.ravel()[:, None] >> np.arange(bits)[::-1]) & 1 for row in values.astype(np.uint32)]
    return b"".join(np.packbits(row.astype(np.uint8)).tobytes() for row in rows)


def _page(folder: Path, values: np.ndarray, bits: int, photometric: int) -> Path:
    """A page of samples of so many bits: tifffile writes whole words alone."""
    data, count = _packed(values, bits), 1 if values.ndim == 2 else values.shape[2]
    tags = {
        256: values.shape[1],
        257: values.shape[0],
        259: 1,
        262: photometric,
        277: count,
        278: values.shape[0],
    }
    tags |= {273: 200, 279: len(data)}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags.items() if tag < 258)
    entries += (
        struct.pack("<HHLHH", 258, 3, count, bits, 0) if count == 1 else struct.pack("<HHLL", 258, 3, 3, 180)
    )
    entries += b"".join(struct.pack("<HHLL", tag, 4, 1, tags[tag]) for tag in sorted(tags) if tag > 258)
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags) + 1) + entries + bytes(4)
    sizes = struct.pack("<3H", bits, bits, bits)
    path = folder / "a.tif"
    path.write_bytes(head.ljust(180, b"\0") + sizes.ljust(20, b"\0") + data)
    return path


@pytest.mark.parametrize("bits", [4, 10, 12, 14])
def test_colour_of_any_bits_is_as_bright_as_that_of_8(bits: int, tmp_path: Path) -> None:
    narrow = np.rint(RGB.astype(float) * ((1 << bits) - 1) / 255)
    shown = readers.read(_page(tmp_path, narrow, bits, 2)).values
    step = 255 / ((1 << bits) - 1)
    assert np.abs(shown.astype(float) - RGB).max() <= max(1, step / 2)


@pytest.mark.parametrize(("bits", "photometric"), [(2, 1), (2, 0), (4, 1), (4, 0), (6, 1)])
def test_grey_of_few_bits_is_not_dark(bits: int, photometric: int, tmp_path: Path) -> None:
    most = (1 << bits) - 1
    stored = np.arange(384).reshape(16, 24) % (most + 1)
    path = _page(tmp_path, stored, bits, photometric)
    expected = np.rint((stored if photometric else most - stored) * 255 / most)
    assert np.array_equal(_pixels(path), expected)
    slice_ = readers.read(path)
    assert np.array_equal(display(slice_, default_window(slice_)), expected)


def test_grey_of_12_bits_keeps_its_values(tmp_path: Path) -> None:
    assert np.array_equal(_pixels(_page(tmp_path, GREY >> 4, 12, 1)), GREY >> 4)


def test_colour_in_floats_beyond_one_is_said(tmp_path: Path) -> None:
    assert (
        tiff_page.CUT in readers.read(_written(tmp_path, RGB.astype(np.float32), photometric="rgb")).warnings
    )
    in_range = _written(tmp_path, (RGB / 255).astype(np.float32), photometric="rgb")
    assert readers.read(in_range).warnings == ()


def test_pictures_of_imagej_without_a_page_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.stack([GREY, GREY, GREY]), imagej=True)
    assert readers.read_header(path).warnings == ()
    content = bytearray(path.read_bytes())
    order = ">" if content[:2] == b"MM" else "<"
    (first,) = struct.unpack_from(f"{order}L", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, first)
    content[first + 2 + 12 * count : first + 6 + 12 * count] = bytes(4)  # no second page
    path.write_bytes(content)
    assert "holds 3 pictures and pages for 1" in readers.read_header(path).warnings[0]
