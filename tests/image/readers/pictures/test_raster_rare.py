"""PNG whose pixels end at a row's end, animations in 16-bit colour, pixels that are no squares."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lungview.errors import DamagedFile
from lungview.image import readers

RNG = np.random.default_rng(11)
GREY = RNG.integers(1, 255, (16, 24), np.uint8)
DEEP = RNG.integers(0, 65535, (16, 24, 3), np.uint16)
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows: bytes, bits: int, colour: int, *, before: bytes = b"", interlaced: int = 0) -> bytes:
    """A PNG of 16 rows and 24 columns. before: chunks before the pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 16, bits, colour, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _rows(pixels: np.ndarray) -> bytes:
    return b"".join(b"\0" + row.astype(row.dtype.newbyteorder(">")).tobytes() for row in pixels)


def test_pixels_that_end_at_a_rows_end_are_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(_rows(GREY[:9]), 8, 0))
    with pytest.raises(DamagedFile, match="its data end too soon"):
        readers.read(tmp_path / "a.png")


@pytest.mark.parametrize("passes", [5, 6, 7])
def test_an_interlaced_picture_has_all_its_passes(passes: int, tmp_path: Path) -> None:
    rows = b"".join(_rows(GREY[y::dy, x::dx]) for x, y, dx, dy in PASSES[:passes])
    (tmp_path / "a.png").write_bytes(png(rows, 8, 0, interlaced=1))
    if passes == len(PASSES):
        assert np.array_equal(readers.read(tmp_path / "a.png").values, GREY)
        return
    with pytest.raises(DamagedFile, match="its data end too soon"):
        readers.read(tmp_path / "a.png")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_picture_that_is_black_is_whole(mode: str, tmp_path: Path) -> None:
    Image.new(mode, (13, 7)).save(tmp_path / "a.png")
    assert readers.read(tmp_path / "a.png").rows == 7


def test_of_an_animation_in_16_bit_colour_the_still_picture_is_shown(tmp_path: Path) -> None:
    control = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 24, 16, 0, 0, 1, 10, 0, 0))
    other = control + chunk(b"fdAT", struct.pack(">I", 1) + zlib.compress(_rows(DEEP[::-1])))
    still = png(_rows(DEEP), 16, 2, before=chunk(b"acTL", struct.pack(">II", 1, 0)))
    (tmp_path / "a.png").write_bytes(still[:-12] + other + still[-12:])
    assert np.array_equal(readers.read_stored(tmp_path / "a.png").pixels, DEEP)


def test_damaged_16_bit_colour_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(b"\x09" + _rows(DEEP)[1:], 16, 2))
    with pytest.raises(DamagedFile, match="its data are damaged"):
        readers.read(tmp_path / "a.png")


@pytest.mark.parametrize("unit", [0, 1])
def test_pixels_that_are_no_squares_have_their_shape(unit: int, tmp_path: Path) -> None:
    shape = chunk(b"pHYs", struct.pack(">IIB", 1000, 2000, unit))
    (tmp_path / "a.png").write_bytes(png(_rows(GREY), 8, 0, before=shape))
    found = readers.read(tmp_path / "a.png")
    assert found.aspect == pytest.approx(0.5)
    assert found.warnings == ("its pixels are 0.5 times as high as wide, by its resolution; it is shown so",)


@pytest.mark.parametrize(
    ("density", "orientation", "aspect"), [((2, 1), 1, 2), ((2, 1), 6, 0.5), ((72, 72), 1, 1)]
)
def test_a_jpegs_density_is_the_shape_of_its_pixels(
    density: tuple[int, int], orientation: int, aspect: float, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(GREY).save(tmp_path / "a.jpg", dpi=density, exif=exif)
    assert readers.read(tmp_path / "a.jpg").aspect == pytest.approx(aspect)
