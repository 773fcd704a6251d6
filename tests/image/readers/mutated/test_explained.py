"""What the mutation test calls a fault is one, and what it lets pass is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import uid

from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.mutated.explained import fault

OTHER = np.where(files.PIXELS == 5, 6, files.PIXELS).astype(np.uint16)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLosslessSV1])
def test_pixels_that_no_change_of_the_file_explains_are_a_fault(syntax: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, syntax=syntax)
    before, shown = readers.read_stored(path), readers.read(path)
    assert fault(path, path.read_bytes(), before, shown) == ""
    wrong = replace(shown, values=np.asarray(OTHER - 1024.0, np.float32))
    assert "than another reader has" in fault(path, path.read_bytes(), before, wrong)
    assert fault(path, path.read_bytes(), before, replace(wrong, warnings=("bits above are left out",))) == ""


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLosslessSV1])
def test_another_intercept_makes_other_values_and_is_no_fault(syntax: str, tmp_path: Path) -> None:
    original = files.write(tmp_path, syntax=syntax)
    content, before = original.read_bytes(), readers.read_stored(original)
    path = files.write(tmp_path, files.setting(RescaleIntercept="-1000"), syntax)
    assert fault(path, content, before, readers.read(path)) == ""
    wrong = replace(readers.read(path), values=np.asarray(files.PIXELS - 1001.0, np.float32))
    assert "than another reader has" in fault(path, content, before, wrong)


def test_another_codestream_is_no_fault(tmp_path: Path) -> None:
    original = files.write(tmp_path, syntax=uid.RLELossless)
    content, before = original.read_bytes(), readers.read_stored(original)
    changed = bytearray(content)
    changed[-20] ^= 1
    original.write_bytes(changed)
    shown = replace(readers.read_stored(original).to_slice(), values=np.asarray(OTHER - 1024.0, np.float32))
    assert fault(original, content, before, shown) == ""
