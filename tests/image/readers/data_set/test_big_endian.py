"""Big-endian data sets: values of every VR, sequences of unknown VR in sequences (PS3.5 6.2.2, A.3)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.sequence import Sequence

from lungview.errors import DamagedFile
from lungview.image import readers
from lungview.image.slice import Slice, Spacing
from tests.image.readers import files
from tests.image.readers.files import refused

BIG = uid.ExplicitVRBigEndian
UNDEFINED = 0xFFFFFFFF
END_OF_ITEM, END_OF_SEQUENCE = 0xFFFEE00D, 0xFFFEE0DD
MEASURES, GROUPS, SPACING = 0x00289110, 0x52009229, b"0.5\\0.25"


def _implicit(tag: int, length: int, value: bytes = b"") -> bytes:
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, length) + value


def _explicit(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    """An element of explicit VR big endian, with the long length field."""
    return struct.pack(">HH2sHL", tag >> 16, tag & 0xFFFF, vr, 0, length) + value


def _delimiter(tag: int, length: int = 0) -> bytes:
    return struct.pack(">HHL", tag >> 16, tag & 0xFFFF, length)


LITTLE_ITEM = (
    _implicit(0xFFFEE000, UNDEFINED)
    + _implicit(0x00280030, len(SPACING), SPACING)
    + _implicit(END_OF_ITEM, 0)
    + _implicit(END_OF_SEQUENCE, 0)
)
BIG_ITEM = (
    _delimiter(0xFFFEE000, UNDEFINED)
    + struct.pack(">HH2sH", 0x0028, 0x0030, b"DS", len(SPACING))
    + SPACING
    + _delimiter(END_OF_ITEM)
    + _delimiter(END_OF_SEQUENCE)
)


def _groups(unknown: bytes, *, defined: bool) -> bytes:
    """Shared functional groups of one item that holds a sequence of unknown VR."""
    if defined:
        item = _delimiter(0xFFFEE000, len(unknown)) + unknown
        return _explicit(GROUPS, b"SQ", len(item), item)
    ended = unknown + _delimiter(END_OF_ITEM) + _delimiter(END_OF_SEQUENCE)
    return _explicit(GROUPS, b"SQ", UNDEFINED, _delimiter(0xFFFEE000, UNDEFINED) + ended)


def _with(folder: Path, elements: bytes) -> Path:
    """A big-endian file without a spacing of its own, with elements before its pixel data."""
    path = files.write(folder, files.setting(PixelSpacing=None), BIG)
    content = path.read_bytes()
    at = content.index(struct.pack(">HH2s", 0x7FE0, 0x0010, b"OW"))
    path.write_bytes(content[:at] + elements + content[at:])
    return path


@pytest.mark.parametrize("defined", [True, False], ids=["defined length", "undefined length"])
@pytest.mark.parametrize("item", [LITTLE_ITEM, BIG_ITEM], ids=["as PS3.5 wants", "big endian"])
def test_a_sequence_of_unknown_vr_in_a_sequence_is_read(item: bytes, defined: bool, tmp_path: Path) -> None:
    path = _with(tmp_path, _groups(_explicit(MEASURES, b"UN", UNDEFINED, item), defined=defined))

    slice_ = readers.read(path)
    assert slice_.spacing == Spacing(0.5, 0.25, "PixelSpacing")
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)
    assert readers.read_header(path).spacing == slice_.spacing


def test_numbers_of_unknown_vr_are_little_endian(tmp_path: Path) -> None:
    path = files.write(tmp_path, syntax=BIG)
    content = path.read_bytes()
    rows = struct.pack(">HH2sHH", 0x0028, 0x0010, b"US", 2, 16)
    assert rows in content
    unknown = _explicit(0x00280010, b"UN", 2, struct.pack("<H", 16))
    path.write_bytes(content.replace(rows, unknown))

    assert readers.read(path).rows == 16


def _read(made: Dataset, folder: Path, syntax: str) -> Slice:
    made.file_meta.TransferSyntaxUID = uid.UID(syntax)
    return readers.read(files.save(made, folder / f"{syntax}.dcm"))


def test_overlays_and_tables_are_those_of_the_little_endian_file(tmp_path: Path) -> None:
    little, big = files.dataset(uid.ExplicitVRLittleEndian), files.dataset(BIG)
    plane = np.packbits(np.arange(16 * 12) % 5 == 0, bitorder="little")
    table = np.arange(0, 4096, 16, dtype=np.uint16)
    for made, order in ((little, "<u2"), (big, ">u2")):
        made.add_new(0x60000010, "US", 16)
        made.add_new(0x60000011, "US", 12)
        made.add_new(0x60000050, "SS", [1, 1])
        made.add_new(0x60003000, "OW", plane.view("<u2").astype(order).tobytes())
        item = Dataset()
        item.add_new(0x00283002, "US", [256, 0, 12])
        item.add_new(0x00283006, "OW", table.astype(order).tobytes())
        made.VOILUTSequence = Sequence([item])

    one, other = _read(little, tmp_path, uid.ExplicitVRLittleEndian), _read(big, tmp_path, BIG)
    assert np.array_equal(one.overlays[0], (np.arange(16 * 12) % 5 == 0).reshape(16, 12))
    assert np.array_equal(other.overlays[0], one.overlays[0])
    assert one.windows[-1].lut is not None
    assert other.windows[-1].lut is not None
    assert np.array_equal(other.windows[-1].lut.table, table)


@pytest.mark.parametrize(
    "element",
    [
        _explicit(0x00211010, b"OB", UNDEFINED, b"\0\0\0\0"),
        struct.pack(">HHL", 0x0021, 0x1010, 4) + b"\0\0\0\0",
        _explicit(0x00211010, b"UN", UNDEFINED, _implicit(0xFFFEE000, UNDEFINED)),
    ],
    ids=["bytes without a length", "no VR", "a sequence that does not end"],
)
def test_what_is_no_element_is_refused_in_a_sentence(element: bytes, tmp_path: Path) -> None:
    refused(_with(tmp_path, element), DamagedFile, "DICOM header|cut")


def test_frames_of_one_bit_lie_in_words_that_are_turned(tmp_path: Path) -> None:
    """PS3.5 8.1.1 and 7.3: the first pixel is the lowest bit of a word, whose bytes are turned in OW."""
    frames = np.arange(2 * 5 * 7).reshape(2, 5, 7) % 3 == 0
    packed = np.packbits(frames.ravel(), bitorder="little").tobytes()
    packed += bytes(len(packed) % 2)
    made = files.dataset(BIG)
    made.Rows, made.Columns, made.NumberOfFrames = 5, 7, 2
    made.BitsAllocated = made.BitsStored = 1
    made.HighBit = 0
    del made.RescaleSlope, made.RescaleIntercept
    made.PixelData = np.frombuffer(packed, "<u2").astype(">u2").tobytes()
    path = files.save(made, tmp_path / "case.dcm")
    assert all(np.array_equal(readers.read(path, n).values, frames[n]) for n in range(2))
