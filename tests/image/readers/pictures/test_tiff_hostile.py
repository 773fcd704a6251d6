"""TIFF files that lie, are torn or hold what is not shown: a sentence each, and no memory wasted."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import tifffile

from lungview.errors import DamagedFile, MissingCodec, ReadError, TooManyPixels, UnsupportedFormat
from lungview.image import readers
from lungview.image.readers.pictures import tiff, tiff_page
from tests.image.readers.pictures.tiffs import GREY, RGB, set_tag, written


def _refused(path: Path, kind: type[ReadError], text: str) -> None:
    with pytest.raises(kind, match=text):
        list(readers.read_frames(path))


def test_complex_samples_are_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, np.ones((4, 4), np.complex64), photometric="minisblack")
    _refused(path, UnsupportedFormat, "64 bits")


def test_a_compression_that_is_not_read_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, GREY, photometric="minisblack", compression="lzma")
    _refused(path, MissingCodec, "LZMA")


def test_a_float_beyond_what_is_shown_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, np.full((4, 5), 1e300))
    with pytest.raises(UnsupportedFormat, match=r"beyond ±3\.4e38"):
        readers.read(path)


def test_a_missing_strip_is_no_picture(tmp_path: Path) -> None:
    path = written(tmp_path, GREY, photometric="minisblack", compression="zlib", rowsperstrip=4)
    set_tag(path, 279, lambda counts: (*counts[:-1], 0))
    _refused(path, DamagedFile, "3 of its 4 strips")


def test_a_huge_page_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    path = written(tmp_path, GREY, photometric="minisblack", compression="zlib")
    for tag in (256, 257, 278):
        set_tag(path, tag, lambda _: 60000)
    tracemalloc.start()
    _refused(path, TooManyPixels, "3600 megapixels")
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("compression", ["zlib", "lzw", "zstd"])
def test_a_strip_that_unpacks_far_beyond_its_page_is_refused(tmp_path: Path, compression: str) -> None:
    rows = 12000  # one strip of 144 MB, said to be one of 192 KB
    path = written(
        tmp_path,
        np.zeros((rows, 12000), np.uint8),
        photometric="minisblack",
        compression=compression,
        rowsperstrip=rows,
    )
    set_tag(path, 257, lambda _: 16)
    set_tag(path, 278, lambda _: 16)
    set_tag(path, 256, lambda _: 12000)
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


@pytest.mark.parametrize(("samples", "photometric"), [(GREY, "minisblack"), (RGB, "rgb")])
def test_a_page_that_does_not_say_what_its_samples_mean_is_not_turned_and_says_so(
    tmp_path: Path, samples: np.ndarray, photometric: str
) -> None:
    path = written(tmp_path, samples, photometric=photometric)
    with tifffile.TiffFile(path) as file:
        at = file.pages[0].tags[262].offset
    content = bytearray(path.read_bytes())
    content[at : at + 2] = struct.pack("<H", 60000)
    path.write_bytes(content)
    slice_ = readers.read(path)
    assert np.array_equal(readers.read_stored(path).pixels, samples)
    assert tiff_page.UNSAID in slice_.warnings


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "jpeg"])
def test_changed_bytes_give_a_picture_or_a_sentence(tmp_path: Path, compression: str | None) -> None:
    path = written(
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
