"""Broken codestreams: refused before they cost memory or time, never half a picture."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import uid
from pydicom.encaps import encapsulate

from lungview.errors import DamagedFile
from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import codestream, refused

JPEG = imagecodecs.jpeg8_encode(files.PIXELS.astype(np.uint8), level=95)
J2K = imagecodecs.jpeg2k_encode(files.PIXELS, level=0, reversible=True, bitspersample=12, codecformat="J2K")
JLS = imagecodecs.jpegls_encode(files.PIXELS)
RLE_OUTSIDE = struct.pack("<16L", 2, 64, 9999, *[0] * 13) + bytes(50)
# One byte too many in the first segment, one too few in the second: 127 + 66, 127 + 64 equal bytes.
RLE_BORROWING = struct.pack("<16L", 2, 64, 68, *[0] * 13) + bytes([130, 0, 191, 0]) + bytes([130, 0, 193, 0])
RLE_HEADER = struct.pack("<16L", 2, 64, 100, *[0] * 13)


def _tiled(tile: int) -> bytes:
    """The JPEG 2000 codestream, its SIZ saying tiles of so many pixels on an image of 65,535."""
    return J2K[:8] + struct.pack(">8L", 65535, 65535, 0, 0, tile, tile, 0, 0) + J2K[40:]


CODESTREAM_CASES = {
    "JPEG cut": (uid.JPEGBaseline8Bit, JPEG[:-20], "no end marker"),
    "JPEG of nothing": (uid.JPEGBaseline8Bit, b"\xff\xd8", "ends before its frame header"),
    "JPEG of markers": (uid.JPEGBaseline8Bit, b"\xff\xd8" + b"\xff" * 5000, "ends before its frame header"),
    "JPEG of empty segments": (uid.JPEGBaseline8Bit, b"\xff\xd8" + b"\xff\xe0\0\0" * 999, "ends before"),
    "JPEG of scans": (
        uid.JPEGBaseline8Bit,
        JPEG[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 600 + b"\xff\xd9",
        "more than 512 scans",
    ),
    "JPEG of another size": (
        uid.JPEGBaseline8Bit,
        imagecodecs.jpeg8_encode(np.zeros((8, 8), np.uint8)),
        "holds 8 × 8 × 1 .*data set says 16 × 12 × 1",
    ),
    "JPEG 2000 cut": (uid.JPEG2000Lossless, J2K[:-30], "does not decode"),
    "JPEG 2000 of tiles": (uid.JPEG2000Lossless, _tiled(1), "4294836225 tiles; expected 1 to 4096"),
    "JPEG 2000 without size": (uid.JPEG2000Lossless, b"\xff\x4f\xff\x51\0", "cut in its SIZ"),
    "JPEG 2000 that is JPEG": (uid.JPEG2000Lossless, JPEG, "begins with ffd8"),
    "HTJ2K cut": (uid.HTJ2KLossless, imagecodecs.htj2k_encode(files.PIXELS)[:-30], "does not decode"),
    "JPEG-LS cut": (uid.JPEGLSLossless, JLS[:-30], "no end marker"),
    "RLE without header": (uid.RLELossless, b"\x02\0\0\0", "4 bytes; expected a header of 64"),
    "RLE of 15 segments": (uid.RLELossless, struct.pack("<16L", 15, *[64] * 15), "15 segments, expected 2"),
    "RLE outside": (
        uid.RLELossless,
        struct.pack("<16L", 2, 64, 9999, *[0] * 13) + b"\0" * 50,
        "not ascending",
    ),
    "RLE that borrows": (uid.RLELossless, RLE_BORROWING, "segment unpacks to 191 bytes, expected 192"),
    "RLE short": (uid.RLELossless, RLE_HEADER + b"\x7f" + b"\0" * 80, "does not decode|unpack to"),
}


@pytest.mark.parametrize("name", CODESTREAM_CASES)
def test_a_broken_codestream_is_refused_with_what_is_wrong(name: str, tmp_path: Path) -> None:
    syntax, content, sentence = CODESTREAM_CASES[name]
    refused(files.write(tmp_path, codestream(content), syntax), DamagedFile, sentence)


def test_a_broken_frame_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    made = files.dataset(uid.JPEG2000Lossless)
    made.NumberOfFrames = 3
    made.PixelData = encapsulate([J2K, J2K[:-30], J2K])
    made["PixelData"].is_undefined_length = True
    path = files.save(made, tmp_path / "a.dcm")
    assert readers.read(path, frame=2).values[0, 5] == 5 - 1024
    refused(path, DamagedFile, "frame 2 of 3: the JPEG 2000 codestream does not decode")
