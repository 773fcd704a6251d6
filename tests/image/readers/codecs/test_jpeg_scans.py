"""JPEGs that end well and lack a part of their scans, as pictures and in DICOM; libjpeg is silent."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from lungview.errors import DamagedFile
from lungview.image import readers
from lungview.image.readers.codecs import jpeg
from lungview.image.readers.codecs.codestream import CodestreamError, Wanted

ROWS = np.linspace(0, 90, 64)[:, None] + np.linspace(20, 120, 96)[None]
GREY = (ROWS + np.random.default_rng(5).integers(0, 9, ROWS.shape)).astype(np.uint8)
END = b"\xff\xd9"


def coded(**options: object) -> bytes:
    """GREY as a JPEG. options: of Pillow."""
    kept = io.BytesIO()
    Image.fromarray(GREY).save(kept, "JPEG", quality=95, **options)
    return kept.getvalue()


def _restarts(content: bytes) -> list[int]:
    return [i for i in range(len(content) - 1) if content[i] == 0xFF and 0xD0 <= content[i + 1] <= 0xD7]


def _cut(content: bytes) -> bytes:
    return content[: content.index(b"\xff\xda") + 400] + END


def _without_an_interval(content: bytes) -> bytes:
    third, fourth = _restarts(content)[2:4]
    return content[:third] + content[fourth:]


def _out_of_order(content: bytes) -> bytes:
    third = _restarts(content)[2]
    return content[: third + 1] + b"\xd7" + content[third + 2 :]


RESTARTS = coded(restart_marker_blocks=4)
DAMAGED = {
    "a scan cut before its end marker": (_cut(coded()), "a part of the picture is missing"),
    "an interval that is gone": (_without_an_interval(RESTARTS), "restart markers"),
    "a restart marker out of order": (_out_of_order(RESTARTS), "restart markers"),
    "another segment within a scan": (_cut(coded())[:-2] + b"\xff\xe5\0\4ab" + coded()[-400:], "is missing"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_part_that_is_missing_is_no_grey(name: str, tmp_path: Path) -> None:
    content, said = DAMAGED[name]
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(DamagedFile, match=said):
        readers.read(tmp_path / "a.jpg")
    with pytest.raises(CodestreamError, match=said):
        jpeg.decode(content, Wanted(*GREY.shape, 1, 8))


def test_a_lossless_scan_that_is_cut_is_no_picture() -> None:
    content = imagecodecs.jpeg8_encode(GREY, lossless=True)
    wanted = Wanted(*GREY.shape, 1, 8)
    assert np.array_equal(jpeg.decode(content, wanted).pixels, GREY)
    with pytest.raises(CodestreamError, match="is missing"):
        jpeg.decode(content[: len(content) // 2] + END, wanted)


def test_a_progressive_picture_without_its_last_scans_says_so(tmp_path: Path) -> None:
    content = coded(progressive=True)
    (tmp_path / "a.jpg").write_bytes(content)
    assert readers.read(tmp_path / "a.jpg").warnings == ()
    (tmp_path / "a.jpg").write_bytes(content[: content.rindex(b"\xff\xda")] + END)
    assert readers.read(tmp_path / "a.jpg").warnings == (
        "the JPEG lacks scans that refine it; it is coarser than it was",
    )


@pytest.mark.parametrize("grey", [0, 128, 255])
@pytest.mark.parametrize("lossless", [False, True])
def test_a_picture_that_ends_in_one_grey_is_whole(grey: int, lossless: bool) -> None:
    flat = np.full((64, 96), grey, np.uint8)
    content = imagecodecs.jpeg8_encode(flat, level=95, lossless=lossless)
    assert np.array_equal(jpeg.decode(content, Wanted(64, 96, 1, 8)).pixels, flat)


@pytest.mark.parametrize("blocks", [1, 3, 96])
@pytest.mark.parametrize("size", [(64, 96), (61, 90), (8, 8)])
@pytest.mark.parametrize("colour", [False, True])
def test_whole_restart_intervals_are_read(
    blocks: int, size: tuple[int, int], colour: bool, tmp_path: Path
) -> None:
    picture = Image.fromarray(GREY[: size[0], : size[1]])
    picture = picture.convert("RGB") if colour else picture
    for progressive in (False, True):
        picture.save(tmp_path / "a.jpg", restart_marker_blocks=blocks, progressive=progressive)
        assert readers.read(tmp_path / "a.jpg").warnings == ()
