"""Small generated DICOM files, to be broken one way each."""

from __future__ import annotations

import copy
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmwrite, uid
from pydicom.encaps import encapsulate

from lungview.errors import ReadError
from lungview.image import encode, phantom, readers
from lungview.image.slice import Slice

Change = Callable[[Dataset], None]
PATIENT = "SECRET^PERSON"
# Stored values of every file here: 0, 1, 2 … row by row.
PIXELS = np.arange(16 * 12, dtype=np.uint16).reshape(16, 12)


@lru_cache(maxsize=1)
def _base() -> Dataset:
    return phantom.make_dataset(phantom.Thorax(slices=1, matrix=8, noise=0.0), 0)


def dataset(syntax: str = uid.ExplicitVRLittleEndian, frames: int = 1) -> Dataset:
    """A CT of 16 × 12 pixels with rescale 1, −1024; every frame the same."""
    made = copy.deepcopy(_base())
    made.file_meta.TransferSyntaxUID = uid.UID(syntax)
    pixels = PIXELS.astype(np.uint8) if syntax == uid.JPEGBaseline8Bit else PIXELS
    bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
    encode.set_pixels(made, [pixels] * frames, bits, syntax)
    made.PatientName = PATIENT
    return made


def save(made: Dataset, path: Path) -> Path:
    """Write it as it is, however wrong."""
    dcmwrite(path, made, enforce_file_format=True)
    return path


def write(folder: Path, change: Change | None = None, syntax: str = uid.ExplicitVRLittleEndian) -> Path:
    """One file with one change."""
    made = dataset(syntax)
    if change is not None:
        change(made)
    return save(made, folder / "case.dcm")


def read(folder: Path, change: Change | None = None, syntax: str = uid.ExplicitVRLittleEndian) -> Slice:
    """The slice of one file with one change."""
    return readers.read(write(folder, change, syntax))


def setting(**elements: object) -> Change:
    """A change that sets elements by keyword; None deletes one."""

    def change(made: Dataset) -> None:
        for keyword, value in elements.items():
            if value is None:
                delattr(made, keyword)
            else:
                setattr(made, keyword, value)

    return change


def text_element(keyword: str, value: str) -> Change:
    """A change that writes a value as it is, past pydicom's own checks."""

    def change(made: Dataset) -> None:
        from pydicom.datadict import dictionary_VR, tag_for_keyword
        from pydicom.dataelem import RawDataElement
        from pydicom.tag import Tag

        tag = Tag(tag_for_keyword(keyword) or 0)
        content = value.encode() + b" " * (len(value) % 2)
        made._dict[tag] = RawDataElement(tag, dictionary_VR(tag), len(content), content, 0, False, True, True)

    return change


def codestream(content: bytes) -> Change:
    """A change that puts one frame's codestream into a compressed file."""

    def change(made: Dataset) -> None:
        made.PixelData = encapsulate([content])
        made["PixelData"].is_undefined_length = True

    return change


def with_syntax(content: bytes, syntax: str) -> bytes:
    """A file's bytes whose meta information names another transfer syntax, its group length right."""
    at = content.index(b"\x02\x00\x10\x00UI") + 6
    (length,) = struct.unpack("<H", content[at : at + 2])
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    (group,) = struct.unpack("<L", content[140:144])
    head = content[:140] + struct.pack("<L", group + len(value) - length) + content[144:at]
    return head + struct.pack("<H", len(value)) + value + content[at + 2 + length :]


def refused(path: Path, error: type[ReadError], sentence: str) -> None:
    """Reading raises that error with that sentence: one line, the file named, the patient not."""
    with pytest.raises(error, match=sentence) as caught:
        list(readers.read_frames(path))
    assert caught.value.path == str(path)
    assert "\n" not in caught.value.message
    assert "SECRET" not in str(caught.value)
