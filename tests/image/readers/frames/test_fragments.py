"""Every frame is found whatever its offset tables say, by the window and by the command line alike."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.encaps import encapsulate

from lungview.errors import DamagedFile
from lungview.image import encode, readers
from tests.image.readers import files
from tests.image.readers.files import refused
from tests.image.readers.frames.test_pixels import encode_rle

SYNTAXES = {
    uid.JPEGLosslessSV1: encode.ENCODERS[uid.JPEGLosslessSV1],
    uid.JPEG2000Lossless: encode.ENCODERS[uid.JPEG2000Lossless],
    uid.JPEGLSLossless: encode.ENCODERS[uid.JPEGLSLossless],
    uid.RLELossless: lambda frame, _: encode_rle(frame),
}


def _item(value: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + struct.pack("<L", len(value)) + value


def _codes(syntax: str) -> list[bytes]:
    """Three frames, whose first stored values are 0, 7 and 9, of even length each."""
    made = [SYNTAXES[syntax](files.PIXELS + more, 12) for more in (0, 7, 9)]
    return [code + b"\0" * (len(code) % 2) for code in made]


def _file(folder: Path, syntax: str, pixel_data: bytes, frames: int = 3, **elements: bytes) -> Path:
    def change(made: Dataset) -> None:
        made.NumberOfFrames, made.PixelData = frames, pixel_data
        made["PixelData"].is_undefined_length = True
        for keyword, value in elements.items():
            setattr(made, keyword, value)

    return files.write(folder, change, syntax)


def _firsts(path: Path, frames: int = 3) -> list[list[float]]:
    """The first value of each frame, read in turn, and each read alone."""
    in_turn = [s.values[0, 0] + 1024 for s in readers.read_frames(path)]
    return [in_turn, [readers.read(path, n).values[0, 0] + 1024 for n in range(frames)]]


def _tables(codes: list[bytes]) -> dict[str, list[int]]:
    second = 8 + len(codes[0])
    third = second + 8 + len(codes[1])
    return {
        "none": [],
        "right": [0, second, third],
        "one entry": [0],
        "repeated": [0, 0, second],
        "descending": [third, second, 0],
        "not from 0": [8, second + 8, third + 8],
        "between items": [0, second + 2, third],
        "beyond the end": [0, second, 1 << 30],
        "too many": [0, second, third, third + 8],
        "zeros": [0, 0, 0],
    }


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda s: uid.UID(s).keyword)
@pytest.mark.parametrize("table", _tables([b"", b"", b""]))
def test_frames_come_in_order_whatever_the_basic_offset_table_says(
    syntax: str, table: str, tmp_path: Path
) -> None:
    codes = _codes(syntax)
    offsets = _tables(codes)[table]
    basic = struct.pack(f"<{len(offsets)}L", *offsets)
    path = _file(tmp_path, syntax, b"".join(map(_item, [basic, *codes])))

    assert _firsts(path) == [[0, 7, 9]] * 2


@pytest.mark.parametrize("table", _tables([b"", b"", b""]))
def test_frames_come_in_order_whatever_the_extended_offset_table_says(table: str, tmp_path: Path) -> None:
    codes = _codes(uid.JPEGLosslessSV1)
    offsets = _tables(codes)[table]
    path = _file(
        tmp_path,
        uid.JPEGLosslessSV1,
        b"".join(map(_item, [b"", *codes])),
        ExtendedOffsetTable=struct.pack(f"<{len(offsets)}Q", *offsets),
        ExtendedOffsetTableLengths=struct.pack(f"<{len(offsets)}Q", *[len(codes[0])] * len(offsets)),
    )

    assert _firsts(path) == [[0, 7, 9]] * 2


@pytest.mark.parametrize("with_table", [True, False])
@pytest.mark.parametrize("syntax", [uid.JPEGLosslessSV1, uid.JPEG2000Lossless, uid.JPEGLSLossless])
def test_frames_in_several_fragments_are_joined(syntax: str, with_table: bool, tmp_path: Path) -> None:
    data = encapsulate(_codes(syntax), fragments_per_frame=2, has_bot=with_table)

    assert _firsts(_file(tmp_path, syntax, data)) == [[0, 7, 9]] * 2


@pytest.mark.parametrize("where", [0, 1, 3])
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda s: uid.UID(s).keyword)
def test_an_empty_fragment_is_no_frame(syntax: str, where: int, tmp_path: Path) -> None:
    """PS3.5 A.4 has no frame of no fragments' bytes; of as many fragments as frames it is a lost one."""
    items = _codes(syntax)
    items.insert(where, b"")
    path = _file(tmp_path, syntax, b"".join(map(_item, [b"", *items])))

    assert _firsts(path) == [[0, 7, 9]] * 2
    assert len(readers.read_header(path).instances) == 3
    refused(_file(tmp_path, syntax, b"".join(map(_item, [b"", *items])), 4), DamagedFile, "frame")


def test_an_empty_fragment_in_front_of_a_single_frame_is_passed_by(tmp_path: Path) -> None:
    items = [b"", b"", _codes(uid.JPEG2000Lossless)[0]]
    path = _file(tmp_path, uid.JPEG2000Lossless, b"".join(map(_item, items)), 1)

    assert _firsts(path, 1) == [[0]] * 2


def test_a_codestream_more_is_a_frame_more_and_said(tmp_path: Path) -> None:
    path = _file(tmp_path, uid.JPEGLosslessSV1, encapsulate(_codes(uid.JPEGLosslessSV1), has_bot=False), 2)

    assert _firsts(path) == [[0, 7, 9]] * 2
    assert len(readers.read_header(path).instances) == 3
    assert readers.read(path).warnings == (
        "the pixel data holds 3 frames, NumberOfFrames says 2; all are shown",
    )


def test_of_several_codestreams_in_a_single_frame_file_the_first_is_shown_and_said(tmp_path: Path) -> None:
    path = _file(tmp_path, uid.JPEGLosslessSV1, encapsulate(_codes(uid.JPEGLosslessSV1), has_bot=False), 1)

    assert _firsts(path, 1) == [[0]] * 2
    assert readers.read(path).warnings == ("the pixel data holds 3 frames, one is said; the first is shown",)


def test_frames_that_are_not_there_are_missed_by_number(tmp_path: Path) -> None:
    path = _file(tmp_path, uid.JPEGLosslessSV1, encapsulate(_codes(uid.JPEGLosslessSV1)), 4)

    assert readers.read(path, 2).values[0, 0] == 9 - 1024
    refused(path, DamagedFile, "the pixel data ends after 3 of 4 frames")


def test_a_fragment_that_the_file_does_not_hold_is_said_to_be_cut(tmp_path: Path) -> None:
    path = _file(tmp_path, uid.JPEGLosslessSV1, encapsulate(_codes(uid.JPEGLosslessSV1)))
    path.write_bytes(path.read_bytes()[:-60])

    refused(path, DamagedFile, "frame 3 of 3: the file ends after .* of a fragment; it is cut")


# An end marker may be missing where nothing else is.
ENDLESS = {
    uid.JPEGLosslessSV1: imagecodecs.jpeg8_encode(files.PIXELS, lossless=True, bitspersample=12, predictor=1),
    uid.JPEGBaseline8Bit: imagecodecs.jpeg8_encode(files.PIXELS.astype("u1"), level=95),
    uid.JPEGLSLossless: imagecodecs.jpegls_encode(files.PIXELS),
    uid.JPEG2000Lossless: encode.ENCODERS[uid.JPEG2000Lossless](files.PIXELS, 12),
    uid.HTJ2KLossless: imagecodecs.htj2k_encode(files.PIXELS),
}


@pytest.mark.parametrize("syntax", ENDLESS, ids=lambda s: uid.UID(s).keyword)
def test_a_scan_that_only_lacks_its_end_marker_is_read_and_said(syntax: str, tmp_path: Path) -> None:
    code = ENDLESS[syntax]
    whole = readers.read(files.write(tmp_path, files.codestream(code), syntax)).values
    slice_ = readers.read(files.write(tmp_path, files.codestream(code[:-2]), syntax))

    assert slice_.values.tolist() == whole.tolist()
    assert "has no end marker; its pixels are complete" in slice_.warnings[0]


@pytest.mark.parametrize("syntax", ENDLESS, ids=lambda s: uid.UID(s).keyword)
def test_a_scan_that_is_cut_anywhere_is_refused(syntax: str, tmp_path: Path) -> None:
    code = ENDLESS[syntax]
    whole = readers.read(files.write(tmp_path, files.codestream(code), syntax)).values
    start = code.index(b"\xff\x90" if code.startswith(b"\xff\x4f") else b"\xff\xda")
    for length in range(start + 12, len(code) - 3):
        cut = files.write(tmp_path, files.codestream(code[:length]), syntax)
        found = _read_or_none(cut)
        # a last byte of zero is restored by the zero that a fragment is padded with
        assert found is None or (length == len(code) - 3 and np.array_equal(found, whole))


def _read_or_none(path: Path) -> np.ndarray | None:
    try:
        return readers.read(path).values
    except DamagedFile:
        return None


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_table_that_points_into_a_frame_is_not_used(syntax: str, tmp_path: Path) -> None:
    codes = _codes(syntax)
    halves = [part for code in codes for part in (code[: len(code) // 4 * 2], code[len(code) // 4 * 2 :])]
    third = sum(8 + len(part) for part in halves[:4])
    table = struct.pack("<3L", 0, 8 + len(halves[0]), third)  # the second is the second half of the first
    data = _item(table) + b"".join(map(_item, halves)) + b"\xfe\xff\xdd\xe0\0\0\0\0"
    assert _firsts(_file(tmp_path, syntax, data)) == [[0, 7, 9], [0, 7, 9]]
