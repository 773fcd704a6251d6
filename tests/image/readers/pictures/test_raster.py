"""Pictures: every kind of PNG, JPEG, TIFF and BMP keeps its values, the right way up."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from lungview.errors import DamagedFile, UnsupportedFormat
from lungview.image import readers
from lungview.image.readers.pictures import deep_colour, raster

RNG = np.random.default_rng(7)
GREY = RNG.integers(0, 255, (6, 9), np.uint8)
DEEP = RNG.integers(0, 65535, (6, 9), np.uint16)
COLOUR = RNG.integers(0, 255, (6, 9, 3), np.uint8)


def _pixels(path: Path) -> np.ndarray:
    return readers.read_stored(path).pixels


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif"])
def test_8_bit_grey_is_exact(name: str, tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / name)
    assert np.array_equal(_pixels(tmp_path / name), GREY)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_16_bit_grey_is_exact(name: str, tmp_path: Path) -> None:
    Image.fromarray(DEEP).save(tmp_path / name)
    assert np.array_equal(_pixels(tmp_path / name), DEEP)


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif"])
def test_rgb_is_exact(name: str, tmp_path: Path) -> None:
    Image.fromarray(COLOUR).save(tmp_path / name)
    assert np.array_equal(_pixels(tmp_path / name), COLOUR)


def test_16_bit_rgb_keeps_its_16_bits(tmp_path: Path) -> None:
    deep = RNG.integers(0, 65535, (6, 9, 3), np.uint16)
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(deep))
    assert np.array_equal(_pixels(tmp_path / "a.png"), deep)
    assert np.array_equal(readers.read(tmp_path / "a.png").values, deep >> 8)


def test_three_equal_channels_of_16_bits_are_grey(tmp_path: Path) -> None:
    grey = np.ascontiguousarray(np.repeat(DEEP[..., None], 3, 2))
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(grey))
    assert np.array_equal(_pixels(tmp_path / "a.png"), DEEP)


def test_an_opaque_rgba_screenshot_of_a_ct_is_grey(tmp_path: Path) -> None:
    rgba = np.dstack([GREY, GREY, GREY, np.full_like(GREY, 255)])
    Image.fromarray(rgba).save(tmp_path / "a.png")
    slice_ = readers.read(tmp_path / "a.png")
    assert np.array_equal(slice_.values, GREY.astype(np.float32))
    assert slice_.warnings == ()


def test_transparency_is_shown_on_black_and_said(tmp_path: Path) -> None:
    rgba = np.dstack([GREY, GREY, GREY, np.zeros_like(GREY)])
    Image.fromarray(rgba).save(tmp_path / "a.png")
    slice_ = readers.read(tmp_path / "a.png")
    assert not slice_.values.any()
    assert "transparent" in slice_.warnings[0]


def test_a_palette_picture_shows_its_colours(tmp_path: Path) -> None:
    picture = Image.fromarray(COLOUR).quantize(8)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(_pixels(tmp_path / "a.png"), np.asarray(picture.convert("RGB")))


def test_a_cmyk_jpeg_of_white_is_white(tmp_path: Path) -> None:
    Image.new("CMYK", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.jpg")
    assert (readers.read(tmp_path / "a.jpg").values == 255).all()


# What each EXIF orientation does to the corners of [[1, 2], [3, 4]] (EXIF 2.3, tag 0x0112).
UPRIGHT = {
    1: [[1, 2], [3, 4]],
    2: [[2, 1], [4, 3]],
    3: [[4, 3], [2, 1]],
    4: [[3, 4], [1, 2]],
    5: [[1, 3], [2, 4]],
    6: [[3, 1], [4, 2]],
    7: [[4, 2], [3, 1]],
    8: [[2, 4], [1, 3]],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_picture_is_turned_upright(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.array([[1, 2], [3, 4]], np.uint8)).save(tmp_path / "a.png", exif=exif)
    assert _pixels(tmp_path / "a.png").tolist() == UPRIGHT[orientation]


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_16_bit_colour_is_turned_upright_too(orientation: int) -> None:
    rgb = np.repeat(np.array([[1, 2], [3, 4]], np.uint16)[..., None], 3, 2)
    content = imagecodecs.png_encode(np.ascontiguousarray(rgb))
    turned, _ = deep_colour.decode(content, orientation)
    assert turned[..., 0].tolist() == UPRIGHT[orientation]


def test_the_header_of_a_turned_picture_has_its_upright_size(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(GREY).save(tmp_path / "a.jpg", exif=exif)
    instance = readers.read_header(tmp_path / "a.jpg").instances[0]
    assert (instance.rows, instance.columns) == (9, 6)


def test_every_page_of_a_tiff_is_a_frame(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.tif", save_all=True, append_images=[Image.fromarray(GREY.T)])
    assert [s.values.shape for s in readers.read_frames(tmp_path / "a.tif")] == [(6, 9), (9, 6)]
    assert [i.rows for i in readers.read_header(tmp_path / "a.tif").instances] == [6, 9]


def test_a_jpeg_is_marked_lossy(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.jpg")
    assert readers.read(tmp_path / "a.jpg").lossy == "JPEG"


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert readers.read_header(tmp_path / "a.jpg").format == "PNG"


def test_a_gif_is_named(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.gif")
    with pytest.raises(UnsupportedFormat, match="a GIF picture"):
        readers.read(tmp_path / "a.gif")


def _with_orientation_behind_the_pixels(path: Path) -> None:
    """Move a PNG's eXIf chunk from before its picture to just before IEND."""
    content = path.read_bytes()
    at = content.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(content[at : at + 4], "big")
    chunk, rest = content[at:end], content[:at] + content[end:]
    path.write_bytes(rest[:-12] + chunk + rest[-12:])


@pytest.mark.parametrize("behind", [False, True])
def test_a_header_has_the_size_of_the_upright_picture(tmp_path: Path, behind: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    Image.fromarray(np.zeros((2, 5), np.uint8)).save(tmp_path / "a.png", exif=exif)
    if behind:
        _with_orientation_behind_the_pixels(tmp_path / "a.png")
    (instance,) = readers.read_header(tmp_path / "a.png").instances
    slice_ = readers.read(tmp_path / "a.png")

    assert (instance.rows, instance.columns) == (slice_.rows, slice_.columns) == (5, 2)


def test_a_lossless_jpeg_of_12_bits_is_exact_and_not_called_lossy(tmp_path: Path) -> None:
    twelve = DEEP >> 4
    (tmp_path / "a.jpg").write_bytes(imagecodecs.jpeg8_encode(twelve, lossless=True, bitspersample=12))
    slice_ = readers.read(tmp_path / "a.jpg")
    assert np.array_equal(slice_.values, twelve)
    assert slice_.lossy == ""
    instance = readers.read_header(tmp_path / "a.jpg").instances[0]
    assert (instance.rows, instance.columns) == twelve.shape


def test_of_several_pictures_in_one_jpeg_the_first_is_shown_and_it_is_lossy(tmp_path: Path) -> None:
    first, second = Image.fromarray(COLOUR), Image.fromarray(255 - COLOUR)
    first.save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[second])
    slice_ = readers.read(tmp_path / "a.jpg")
    assert (slice_.lossy, slice_.warnings) == ("JPEG", ("the file holds 2 pictures; the first is shown",))
    assert readers.read_header(tmp_path / "a.jpg").format == "JPEG"


def test_a_wrong_checksum_of_a_png_is_said(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png")
    content = bytearray((tmp_path / "a.png").read_bytes())
    content[content.index(b"IEND") - 5] ^= 1  # the last byte of the checksum of the pixels
    (tmp_path / "a.png").write_bytes(content)
    assert readers.read(tmp_path / "a.png").warnings == (raster.BAD_CHECKSUM,)


@pytest.mark.parametrize("last", [b"tEXt", b""], ids=["then a text", "then nothing"])
def test_a_png_whose_pixels_end_too_soon_is_called_cut_off(tmp_path: Path, last: bytes) -> None:
    noise = RNG.integers(0, 255, (40, 40), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    at = content.index(b"IDAT") - 4
    half = content[at + 8 : at + 8 + 400]
    chunks = [(b"IDAT", half), *([(last, b"a\0b"), (b"IEND", b"")] if last else [])]
    whole = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    (tmp_path / "a.png").write_bytes(content[:at] + b"".join(whole))
    for read in (readers.read_header, readers.read) if last else (readers.read,):
        with pytest.raises(DamagedFile, match="cut off, its data end too soon"):
            read(tmp_path / "a.png")


@pytest.mark.shared
def test_odd_pictures_of_other_programs_are_read_or_named(shared_cases: Path) -> None:
    folder = shared_cases / "files"
    lossless = readers.read_stored(folder / "jpeg_lossless12.jpg").pixels
    assert (lossless.min(), lossless.max()) == (0, 4095)
    assert readers.read(folder / "jpeg_mpo_lossy_flag.jpg").lossy == "JPEG"
    assert readers.read(folder / "png_bad_crc.png").warnings == (raster.BAD_CHECKSUM,)
    with pytest.raises(DamagedFile, match="cut off"):
        readers.read_header(folder / "png_cut_data_then_text.png")


def _with_text(kind: bytes, size: int) -> bytes:
    """A PNG of GREY with a compressed text or profile that unpacks to so many bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.tobytes() for row in GREY)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">LLBBBBB", GREY.shape[1], GREY.shape[0], 8, 0, 0, 0, 0))
        + chunk(kind, b"x\0\0" + zlib.compress(bytes(size)))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_png_with_much_beside_its_picture_is_read(kind: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_with_text(kind, 8 << 20))
    assert np.array_equal(_pixels(tmp_path / "a.png"), GREY)


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_png_that_swells_is_refused_for_that_reason(kind: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_with_text(kind, 64 << 20))
    with pytest.raises(DamagedFile, match="the texts beside the picture unpack to more than 33,554,432"):
        readers.read(tmp_path / "a.png")


def _bmp_of_32_bits(alpha: int) -> bytes:
    """COLOUR as a BMP with masks for four bytes a pixel (BITMAPV4HEADER)."""
    pixels = np.dstack([COLOUR[::-1, :, ::-1], np.full((6, 9), alpha, np.uint8)]).tobytes()
    head = struct.pack("<LllHHLLllLL", 108, 9, 6, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    head += struct.pack("<4L", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    return b"BM" + struct.pack("<LHHL", 122 + len(pixels), 0, 0, 122) + head + pixels


@pytest.mark.parametrize("alpha", [0, 255])
def test_a_bmp_whose_fourth_byte_says_nothing_is_not_black(alpha: int, tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(_bmp_of_32_bits(alpha))
    stored = readers.read_stored(tmp_path / "a.bmp")
    assert np.array_equal(stored.pixels, COLOUR)
    assert stored.about.warnings == ()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_that_lacks_its_end_marker_alone_is_read_and_said(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(np.kron(COLOUR, np.ones((9, 9, 1), np.uint8))).convert(mode).save(path)
    whole, content = _pixels(path), path.read_bytes()
    path.write_bytes(content[:-2])
    stored = readers.read_stored(path)
    assert np.array_equal(stored.pixels, whole)
    assert "no end marker" in stored.about.warnings[0]
    path.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(DamagedFile, match="cut off"):
        readers.read(path)


@pytest.mark.parametrize(("level", "lossy"), [(0, ""), (3, "JPEG-LS")])
def test_a_jpeg_ls_picture_is_read(level: int, lossy: str, tmp_path: Path) -> None:
    (tmp_path / "a.jls").write_bytes(imagecodecs.jpegls_encode(DEEP, level=level))
    stored = readers.read_stored(tmp_path / "a.jls")
    assert np.abs(stored.pixels.astype(int) - DEEP).max() <= level
    assert stored.about.lossy == lossy
