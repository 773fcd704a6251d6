"""Headers that the parser alone does not get through: unknown sequences, a second transfer syntax."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid

from lungview.errors import MissingCodec
from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import refused

UNDEFINED = b"\xff\xff\xff\xff"
END_OF_ITEM, END_OF_SEQUENCE = b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
# (0008,1150) implicit VR little endian, as PS3.5 6.2.2 wants it inside UN of undefined length
REFERENCE = b"\x08\x00\x50\x11" + struct.pack("<L", 6) + b"1.2.3\0"


def _unknown(endian: str, tag: tuple[int, int], items: bytes) -> bytes:
    return struct.pack(f"{endian}HH2sH", *tag, b"UN", 0) + UNDEFINED + items


ITEMS = {
    "defined": b"\xfe\xff\x00\xe0" + struct.pack("<L", len(REFERENCE)) + REFERENCE + END_OF_SEQUENCE,
    "undefined": b"\xfe\xff\x00\xe0" + UNDEFINED + REFERENCE + END_OF_ITEM + END_OF_SEQUENCE,
    "two": (b"\xfe\xff\x00\xe0" + UNDEFINED + REFERENCE + END_OF_ITEM) * 2 + END_OF_SEQUENCE,
    "none": END_OF_SEQUENCE,
}


@pytest.mark.parametrize("items", ITEMS)
@pytest.mark.parametrize("tag", [(0x0008, 0x2112), (0x0009, 0x1010)], ids=["public", "private"])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRBigEndian, uid.ExplicitVRLittleEndian])
def test_a_sequence_of_unknown_vr_is_stepped_through(
    syntax: str, tag: tuple[int, int], items: str, tmp_path: Path
) -> None:
    path = files.write(tmp_path, syntax=syntax)
    endian = ">" if syntax == uid.ExplicitVRBigEndian else "<"
    content = path.read_bytes()
    at = content.index(struct.pack(f"{endian}HH2s", 0x0010, 0x0010, b"PN"))
    path.write_bytes(content[:at] + _unknown(endian, tag, ITEMS[items]) + content[at:])

    slice_ = readers.read(path)
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)
    assert slice_.spacing is not None
    assert len(readers.read_header(path).instances) == 1


def _with_second_syntax(folder: Path, real: str, other: str) -> Path:
    path = files.write(folder, syntax=real)
    content = path.read_bytes()
    (length,) = struct.unpack("<L", content[140:144])
    value = other.encode() + b"\0" * (len(other) % 2)
    element = b"\x02\x00\x10\x00UI" + struct.pack("<H", len(value)) + value
    path.write_bytes(content[: 144 + length] + element + content[144 + length :])
    return path


@pytest.mark.parametrize(
    ("real", "other"),
    [
        (uid.JPEGLosslessSV1, uid.ExplicitVRLittleEndian),
        (uid.ExplicitVRLittleEndian, uid.JPEGLosslessSV1),
        (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian),
    ],
)
def test_a_second_transfer_syntax_is_not_used_and_said(real: str, other: str, tmp_path: Path) -> None:
    path = _with_second_syntax(tmp_path, real, other)

    slice_ = readers.read(path)
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)
    assert "a second transfer syntax" in slice_.warnings[0]
    assert readers.read_header(path).transfer_syntax == real


def test_pixels_of_a_maker_s_own_method_are_refused_by_its_name(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        del made.PixelData
        block = made.private_block(0x07A1, "ELSCINT1", create=True)
        block.add_new(0x0A, "OB", bytes(100))
        block.add_new(0x11, "CS", "PMSCT_RLE1")

    refused(files.write(tmp_path, change), MissingCodec, "private method of Elscint .PMSCT_RLE1.*no codec")
