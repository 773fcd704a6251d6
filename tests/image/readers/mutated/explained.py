"""Whether the pixels of a changed file are what they should be: the original's, or another program's too."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
import pydicom
import tifffile
from pydicom.pixels import apply_modality_lut

from lungview.image import readers
from lungview.image.slice import Slice
from lungview.image.stored import Stored
from tests.image.readers.reference import pixels_by_pydicom

# The elements that say what stored values are, which is not known where only our codec reads a syntax.
_MEANING = (
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("PhotometricInterpretation", "SamplesPerPixel", "Rows", "Columns", "NumberOfFrames"),
)


def fault(path: Path, original: bytes, before: Stored, shown: Slice) -> str:
    """A sentence where a changed file gives other pixels than the original without a word; else "".

    path: of the changed file. before: the original's first frame. Other pixels are right where the program
    says something of the file, where the change lies in a codestream (none has a checksum), and where
    another reader has the same ones.
    """
    if _same(shown.values, before.to_slice().values) or shown.warnings or readers.read_header(path).warnings:
        return ""
    changed = path.read_bytes()
    if changed.startswith(b"\xff\xd8") or _in_a_codestream(changed, original):
        return ""
    other = _by_another(path, original, before, shown.colour)
    if other is None:
        return "other pixels without a word, where another reader has none"
    return "" if _alike(shown.values, other) else "other pixels without a word than another reader has"


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.array_equal(one, other)


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    """The same; of colour, to one grey level: a half may be rounded either way."""
    close = one.ndim == 3 and one.shape == other.shape and np.abs(one - other.astype(np.float32)).max() <= 1
    return close or _same(one, other)


def _in_a_codestream(changed: bytes, original: bytes) -> bool:
    """Whether compressed pixel data differ; the header before them may have grown or shrunk."""
    if b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" not in original:
        return False
    one, other = (content[content.rfind(b"\xe0\x7f\x10\x00") :] for content in (changed, original))
    return one != other


def _by_another(path: Path, original: bytes, before: Stored, colour: bool) -> np.ndarray | None:
    """The first frame or page as float32 values or 8-bit colour; None where the other reader has none."""
    start = path.read_bytes()[:2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if start in (b"II", b"MM"):
                found = tifffile.imread(path, key=0)
                return np.asarray(found, np.float32) * (255 if found.dtype == bool else 1)
            if start == b"BM":
                return _by_opencv(path, colour)
            return _by_pydicom(path, original, before)
        except Exception:  # whatever the bytes provoke there
            return None


def _by_opencv(path: Path, colour: bool) -> np.ndarray | None:
    found = cv2.imread(str(path), cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    return None if found is None else found[..., ::-1] if colour else found.astype(np.float32)


def _by_pydicom(path: Path, original: bytes, before: Stored) -> np.ndarray:
    dataset = pydicom.dcmread(path, force=True)
    if dataset.PhotometricInterpretation == "YBR_PARTIAL_422":
        return _of_partial(dataset)
    try:
        pixels = pixels_by_pydicom(dataset)
        pixels = pixels[0] if int(dataset.get("NumberOfFrames") or 1) > 1 else pixels
    except NotImplementedError:  # no codec of pydicom's for it: the codestream is the original's
        was = pydicom.dcmread(pydicom.filebase.DicomBytesIO(original))
        if any(was[keyword] != dataset[keyword] for keyword in _MEANING if keyword in was):
            raise
        pixels = before.pixels
    return np.asarray(apply_modality_lut(pixels, dataset), np.float32)


def _of_partial(dataset: pydicom.Dataset) -> np.ndarray:
    """CCIR 601-2, of two pixels at a time: Y, Y, Cb, Cr; black is 16, white 235."""
    rows, columns = dataset.Rows, dataset.Columns
    pairs = np.frombuffer(dataset.PixelData, np.uint8, rows * columns * 2).reshape(-1, 4).astype(float)
    y = (pairs[:, :2].ravel() - 16) * 255 / 219
    cb, cr = (np.repeat(pairs[:, n] - 128, 2) * 255 / 224 for n in (2, 3))
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=-1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8).reshape(rows, columns, 3)
