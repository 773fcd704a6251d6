"""Bits and signs of compressed frames: those of the data set, whatever the codestream says of its own."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import jpeg_ls
import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.encaps import encapsulate

from lungview.image import readers
from tests.image.readers import files

SIGNED = (files.PIXELS.astype(np.int16) - 90) * 5  # −450 to 505: eleven bits


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


def encode_rle(values: np.ndarray, gap: int = 0) -> bytes:
    """One literal run a row and byte plane (PS3.5 G.3): nothing gets shorter. gap: bytes behind the head."""
    planes = [values >> 8, values & 0xFF]
    packed = [b"".join(bytes([len(row) - 1]) + bytes(row.astype(np.uint8)) for row in p) for p in planes]
    head = struct.pack("<16L", 2, 64 + gap, 64 + gap + len(packed[0]), *[0] * 13)
    return head + bytes(gap) + packed[0] + packed[1]


UNSAID = "the codestream has negative values, PixelRepresentation says there are none; it is followed"
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
    "RLE, a gap behind the header": (encode_rle(TWELVE, gap=8), uid.RLELossless, True, SIGNED),  # as dcmtk
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
    stored = readers.read_stored(_file(tmp_path, codestream, syntax, signed=signed, stored=12))

    assert np.array_equal(stored.pixels, expected)
    assert stored.pixels.dtype == (np.int16 if signed else np.uint16)
    said = [UNSAID] if "codestream only" in name else []
    assert list(stored.about.warnings) == said


def _lossless(values: np.ndarray, bits: int) -> bytes:
    made: bytes = imagecodecs.jpeg8_encode(values, lossless=True, bitspersample=bits, predictor=1)
    return made


def _reversible(values: np.ndarray, bits: int) -> bytes:
    made: bytes = imagecodecs.jpeg2k_encode(
        values, level=0, reversible=True, bitspersample=bits, codecformat="J2K"
    )
    return made


JLL, J2K, JLS = uid.JPEGLosslessSV1, uid.JPEG2000Lossless, uid.JPEGLSLossless
SIXTEEN = SIGNED.view(np.uint16)
WIDE = (files.PIXELS * 40).astype(np.uint16)  # 0 to 7640: thirteen bits
# Codestream, signed, BitsStored; the lowest and highest value that ITK 5.4 gives, where BitsStored and the
# codestream's own precision differ.
MISMATCHES = {
    "JPEG, 16 bits, unsigned inside": (_lossless(TWELVE, 16), JLL, True, 12, (-450, 505)),
    "JPEG, 16 bits, signs to the top": (_lossless(SIXTEEN, 16), JLL, True, 12, (-450, 505)),
    "JPEG, 13 bits of 12": (_lossless(WIDE, 13), JLL, False, 12, (0, 4080)),
    "JPEG, 12 bits of 16, signed": (_lossless(TWELVE, 12), JLL, True, 16, (-450, 505)),
    "JPEG, 12 bits of 16": (_lossless(TWELVE, 12), JLL, False, 16, (0, 4091)),
    "JPEG 2000, 16 bits, unsigned inside": (_reversible(TWELVE, 16), J2K, True, 12, (-450, 505)),
    "JPEG 2000, 13 bits of 12": (_reversible(WIDE, 13), J2K, False, 12, (0, 7640)),
    "JPEG 2000, 12 bits of 16, signed": (_reversible(TWELVE, 12), J2K, True, 16, (0, 4091)),
    "JPEG 2000, signs in 12 bits of 16": (_reversible(SIGNED, 12), J2K, True, 16, (-450, 505)),
    "JPEG 2000, signs in 16 bits of 12": (_reversible(SIGNED, 16), J2K, True, 12, (-450, 505)),
    "JPEG 2000, signs in the codestream only": (_reversible(SIGNED, 16), J2K, False, 16, (0, 65531)),
    "JPEG-LS, 12 bits of 16, signed": (bytes(jpeg_ls.encode_array(TWELVE)), JLS, True, 16, (0, 4091)),
    "JPEG-LS, 13 bits of 12": (bytes(jpeg_ls.encode_array(WIDE)), JLS, False, 12, (0, 4080)),
    "HTJ2K, 16 bits, unsigned inside": (
        imagecodecs.htj2k_encode(TWELVE),
        uid.HTJ2KLossless,
        True,
        12,
        (-450, 505),
    ),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_precision_that_is_not_bits_stored_gives_the_values_that_itk_gives(
    name: str, tmp_path: Path
) -> None:
    codestream, syntax, signed, stored, expected = MISMATCHES[name]
    pixels = readers.read_stored(_file(tmp_path, codestream, syntax, signed=signed, stored=stored)).pixels

    assert (pixels.min(), pixels.max()) == expected


@pytest.mark.parametrize(
    "name", ["JPEG, 13 bits of 12", "JPEG 2000, 13 bits of 12", "JPEG-LS, 13 bits of 12"]
)
def test_values_beyond_bits_stored_are_said(name: str, tmp_path: Path) -> None:
    codestream, syntax, signed, stored, _ = MISMATCHES[name]
    slice_ = readers.read(_file(tmp_path, codestream, syntax, signed=signed, stored=stored))

    assert "the codestream uses 13 bits a sample, BitsStored says 12" in slice_.warnings[0]


def test_a_codestream_of_eight_bits_in_words_of_sixteen_has_no_signs(tmp_path: Path) -> None:
    codestream = _lossless(files.PIXELS.astype(np.uint8), 8)  # 0 to 191
    pixels = readers.read_stored(_file(tmp_path, codestream, JLL, signed=False, stored=16)).pixels

    assert np.array_equal(pixels, files.PIXELS)


def test_a_codestream_as_wide_as_high_bit_is_shifted_down(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.PixelData = encapsulate([_lossless((files.PIXELS << 4).astype(np.uint16), 16)])
        made["PixelData"].is_undefined_length = True
        made.HighBit = 15

    assert np.array_equal(readers.read_stored(files.write(tmp_path, change, JLL)).pixels, files.PIXELS)
