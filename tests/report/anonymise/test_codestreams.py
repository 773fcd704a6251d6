"""Names in the comments of compressed pixels, which a look for whole values does not find: "Li", "KIM SU"."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom import uid
from pydicom.encaps import encapsulate

from lungview.cli import main
from lungview.image import readers
from lungview.report.anonymise.codestreams import without_notes
from tests.image.readers import files

NAME = b"kim su"


def _progressive(pixels: np.ndarray) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "JPEG", progressive=True)
    return made.getvalue()


GREY = np.add.outer(np.arange(16) * 9, np.arange(12) * 7).astype(np.uint8)
JPEG = bytes(imagecodecs.jpeg8_encode(GREY, level=95))
PROGRESSIVE = _progressive(GREY)
JLS = bytes(imagecodecs.jpegls_encode(GREY))
J2K = bytes(imagecodecs.jpeg2k_encode(GREY, codecformat="J2K", level=0, reversible=True))


def _behind(code: bytes, marker: int, content: bytes) -> bytes:
    """The JPEG with one more segment behind its beginning."""
    return code[:2] + bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content + code[2:]


def _between_scans(code: bytes, content: bytes) -> bytes:
    at = code.rindex(b"\xff\xda")
    return code[:at] + b"\xff\xfe" + (len(content) + 2).to_bytes(2, "big") + content + code[at:]


def _noted(content: bytes) -> bytes:
    """A COM segment of JPEG 2000, of text."""
    return b"\xff\x64" + (len(content) + 4).to_bytes(2, "big") + b"\0\1" + content


def _in_tile_part(content: bytes) -> bytes:
    at, note = J2K.index(b"\xff\x90"), _noted(content)
    length = int.from_bytes(J2K[at + 6 : at + 10], "big") + len(note)
    return J2K[: at + 6] + length.to_bytes(4, "big") + J2K[at + 10 : at + 12] + note + J2K[at + 12 :]


CASES = {
    "COM": (uid.JPEGBaseline8Bit, _behind(JPEG, 0xFE, NAME)),
    "EXIF": (uid.JPEGBaseline8Bit, _behind(JPEG, 0xE1, b"Exif\0\0" + NAME)),
    "another APP14": (uid.JPEGBaseline8Bit, _behind(JPEG, 0xEE, NAME)),
    "between scans": (uid.UID("1.2.840.10008.1.2.4.55"), _between_scans(PROGRESSIVE, NAME)),
    "COM of JPEG-LS": (uid.JPEGLSLossless, _behind(JLS, 0xFE, NAME)),
    "COM of JPEG 2000": (
        uid.JPEG2000Lossless,
        J2K[: J2K.index(b"\xff\x52")] + _noted(NAME) + J2K[J2K.index(b"\xff\x52") :],
    ),
    "COM of a tile-part": (uid.JPEG2000Lossless, _in_tile_part(NAME)),
}


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("name", CASES)
def test_no_name_stays_and_no_pixel_changes(name: str, fragments: int, tmp_path: Path) -> None:
    syntax, code = CASES[name]
    assert NAME in code
    made = files.dataset(uid.JPEGBaseline8Bit)
    made.file_meta.TransferSyntaxUID = syntax
    made.PatientName = "KIM^SU"
    made.PixelData = encapsulate([code, code], fragments_per_frame=fragments)
    made["PixelData"].is_undefined_length = True
    made.NumberOfFrames = 2
    path = files.save(made, tmp_path / "a.dcm")

    assert main(["anonymise", str(path), "--out", str(tmp_path / "out")]) == 0
    (copy,) = (p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.name != "DICOMDIR")
    assert b"kim" not in copy.read_bytes().lower()
    before, after = list(readers.read_frames(path)), list(readers.read_frames(copy))
    assert [np.array_equal(a.values, b.values) for a, b in zip(before, after, strict=True)] == [True, True]
    assert len(pydicom.dcmread(copy).PixelData) == len(made.PixelData)


@pytest.mark.parametrize("end", range(0, 60, 7))
def test_cut_pixel_data_is_no_error(end: int) -> None:
    for _, code in CASES.values():
        whole = encapsulate([code])
        assert len(without_notes(whole[:-end])) == len(whole[:-end])
    assert without_notes(b"native") == b"native"
