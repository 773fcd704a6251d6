"""TIFF: codestreams at odds with their page, pictures without a page, shapes of pixels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile

from lungview.errors import DamagedFile, ReadError, UnsupportedFormat
from lungview.image import readers
from tests.image.readers.pictures.tiffs import GREY, RGB, page, pixels_of, written

CODESTREAMS = {
    "JPEG 2000 of 16 bits": (imagecodecs.jpeg2k_encode(GREY, level=0), 34712, 8),
    "JPEG 2000 of 12 bits": (imagecodecs.jpeg2k_encode(GREY >> 4, bitspersample=12), 34712, 8),
    "signed JPEG 2000": (imagecodecs.jpeg2k_encode(GREY.view(np.int16), level=0), 34712, 16),
    "JPEG of 12 bits": (imagecodecs.jpeg8_encode(GREY >> 4, bitspersample=12), 7, 8),
    "lossless JPEG of 16 bits": (imagecodecs.ljpeg_encode(GREY), 7, 8),
}


@pytest.mark.parametrize("name", CODESTREAMS)
def test_samples_that_the_page_cannot_hold_are_not_cut(name: str, tmp_path: Path) -> None:
    data, compression, bits = CODESTREAMS[name]
    with pytest.raises(DamagedFile, match=f"holds samples of u?int1., the page says uint{bits}"):
        readers.read(page(tmp_path, data, {258: bits, 259: compression}))


def test_a_strip_of_jpeg_that_is_cut_is_no_grey(tmp_path: Path) -> None:
    whole = imagecodecs.jpeg8_encode(RGB[..., 0].copy())
    assert pixels_of(page(tmp_path, whole, {258: 8, 259: 7})).shape == (16, 24)
    with pytest.raises(DamagedFile, match="a part of the picture is missing"):
        readers.read(page(tmp_path, whole[: whole.index(b"\xff\xda") + 60] + b"\xff\xd9", {258: 8, 259: 7}))


def test_a_codestream_that_loses_nothing_is_not_called_lossy(tmp_path: Path) -> None:
    for data, compression in (
        (imagecodecs.jpeg2k_encode(GREY, level=0), 34712),
        (imagecodecs.ljpeg_encode(GREY), 7),
    ):
        found = readers.read(page(tmp_path, data, {258: 16, 259: compression}))
        assert np.array_equal(found.values, GREY)
        assert found.lossy == ""


def test_colour_in_16_bit_floats_is_as_bright_as_in_others(tmp_path: Path) -> None:
    light = np.ones((16, 24, 3), np.float16)
    assert pixels_of(written(tmp_path, light, photometric="rgb")).min() == 0xFFFF


@pytest.mark.parametrize(
    ("tags", "data", "said"),
    [
        ({258: 8, 262: 2}, bytes(16 * 24), "1 samples a pixel as RGB"),
        ({258: 8, 262: 5, 277: 3}, bytes(16 * 24 * 3), "3 samples a pixel as SEPARATED"),
        ({258: 8, 262: 5, 277: 4, 332: 2}, bytes(16 * 24 * 4), "4 samples a pixel as SEPARATED"),
        ({258: 8, 262: 3}, bytes(16 * 24), "no palette"),
    ],
)
def test_a_page_that_contradicts_itself_is_refused_by_the_true_reason(
    tags: Mapping[int, int], data: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError, match=said) as refused:
        readers.read(page(tmp_path, data, tags))
    assert isinstance(refused.value, (UnsupportedFormat, DamagedFile))


def test_a_stack_that_is_written_behind_one_page_is_said(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.stack([GREY] * 5), truncate=True)
    assert "holds 5 pictures and pages for 1" in readers.read_header(tmp_path / "a.tif").warnings[0]


def test_the_planes_of_a_metamorph_stack_are_said(tmp_path: Path) -> None:
    path = page(tmp_path, GREY.tobytes() * 5, {258: 16, 279: GREY.nbytes, 33629: (5, 8)})
    assert "holds 5 pictures and pages for 1" in readers.read_header(path).warnings[0]


@pytest.mark.parametrize(("orientation", "ratio"), [(1, 0.5), (6, 2.0)])
def test_pixels_that_are_no_squares_have_their_shape(orientation: int, ratio: float, tmp_path: Path) -> None:
    tags = [(274, 3, 1, orientation, True)]
    path = written(tmp_path, RGB, photometric="rgb", resolution=(10, 20), extratags=tags)
    found = readers.read(path)
    assert found.aspect == pytest.approx(ratio)
    assert "times as high as wide" in found.warnings[0]
