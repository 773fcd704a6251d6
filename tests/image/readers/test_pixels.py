"""A frame that is decoded to where it stays is the frame that pydicom's runner makes."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import jpeg_ls
import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.data import get_testdata_files
from pydicom.encaps import encapsulate

from lungview.errors import LungViewError
from lungview.image.readers import pixels
from lungview.image.readers.dicom import accepts
from lungview.image.readers.dicom_file import open_file
from lungview.image.readers.source import opened
from tests.image.readers import files

SIGNED = (files.PIXELS.astype(np.int16) - 90) * 5  # −450 to 505: eleven bits


def _decoded(path: Path) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:
    """The first frame: as it is decoded directly or None, by pydicom's runner, and as it is read."""
    with opened(path) as source:
        file = open_file(source)
        direct = pixels._coded(file.container, file.module, source, 0)
        runner = next(pixels.decode_all(file.container, file.module, source))
        return direct, runner, pixels.decode(file.container, file.module, source, 0)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _compared(paths: list[Path]) -> tuple[list[str], int]:
    """The files whose frame differs, and the number of those that were decoded directly."""
    wrong, directly = [], 0
    for path in paths:
        try:
            if not path.is_file() or not accepts(path.read_bytes()[:132]):
                continue
            direct, runner, read = _decoded(path)
        except LungViewError:
            continue
        directly += direct is not None
        if not _equal(runner, read):
            wrong.append(path.name)
    return wrong, directly


def test_it_is_so_on_every_file_of_pydicoms_test_data() -> None:
    wrong, directly = _compared([Path(p) for p in get_testdata_files()])

    assert wrong == []
    assert directly >= 10


@pytest.mark.shared
def test_it_is_so_on_real_files(shared_data: Path) -> None:
    wrong, directly = _compared(list((shared_data / "dicom").rglob("*")))

    assert wrong == []
    assert directly >= 15


def _file(folder: Path, codestream: bytes, syntax: str, *, signed: bool, stored: int) -> Path:
    def change(made: Dataset) -> None:
        made.PixelData = encapsulate([codestream])
        made["PixelData"].is_undefined_length = True
        made.PixelRepresentation, made.BitsStored, made.HighBit = int(signed), stored, stored - 1

    return files.write(folder, change, syntax)


def _j2k(values: np.ndarray) -> bytes:
    made: bytes = imagecodecs.jpeg2k_encode(
        values, level=0, reversible=True, bitspersample=12, codecformat="J2K"
    )
    return made


def encode_rle(values: np.ndarray) -> bytes:
    """One literal run a row and byte plane (PS3.5 G.3): nothing gets shorter."""
    planes = [values >> 8, values & 0xFF]
    packed = [b"".join(bytes([len(row) - 1]) + bytes(row.astype(np.uint8)) for row in p) for p in planes]
    head = struct.pack("<16L", 2, 64, 64 + len(packed[0]), *[0] * 13)
    return head + packed[0] + packed[1]


TWELVE = (SIGNED & 0xFFF).astype(np.uint16)  # the same values as twelve bits without a sign
CASES = {
    "JPEG-LS, signs in twelve bits": (bytes(jpeg_ls.encode_array(TWELVE)), uid.JPEGLSLossless, True, SIGNED),
    "JPEG-LS, signs in sixteen bits": (
        imagecodecs.jpegls_encode(SIGNED.view(np.uint16)),
        uid.JPEGLSLossless,
        True,
        SIGNED,
    ),
    "JPEG 2000, signs in both": (_j2k(SIGNED), uid.JPEG2000Lossless, True, SIGNED),
    "JPEG 2000, signs in the data set only": (_j2k(TWELVE), uid.JPEG2000Lossless, True, SIGNED),
    "JPEG 2000, signs in the codestream only": (_j2k(SIGNED), uid.JPEG2000Lossless, False, TWELVE),
    "JPEG lossless, signs in twelve bits": (
        imagecodecs.jpeg8_encode(TWELVE, lossless=True, bitspersample=12, predictor=1),
        uid.JPEGLosslessSV1,
        True,
        SIGNED,
    ),
    "RLE, bits above those stored": (
        encode_rle(TWELVE | 0x7000),
        uid.RLELossless,
        True,
        SIGNED,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_frame_has_the_signs_that_the_data_set_says(name: str, tmp_path: Path) -> None:
    codestream, syntax, signed, expected = CASES[name]
    path = _file(tmp_path, codestream, syntax, signed=signed, stored=12)
    direct, runner, _ = _decoded(path)

    assert np.array_equal(direct if direct is not None else runner, expected)
    assert direct is not None
    assert _equal(direct, runner)
