"""Bit for bit what pydicom's own reference path gives, on every file it reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lungview.cli.studies.inspect import describe
from lungview.errors import LungViewError
from tests.image.readers import reference


def _compare(path: Path) -> str:
    expected = reference.digest(path)
    try:
        found = describe(str(path))["pixel_sha256"]
    except LungViewError:
        return "only the reference reads" if expected else "both refuse"
    if expected is None:
        return "only this program reads"
    if path.name in reference.EXPLAINED:
        return "explained"
    return "equal" if found == expected else f"{path.name} differs"


def test_every_file_packaged_with_pydicom_is_read_as_pydicom_reads_it() -> None:
    found = Counter(map(_compare, reference.dicom_files(reference.packaged())))
    # JPGExtended and JPEG-lossy: 12-bit JPEG, which no codec of pydicom's reads here
    # JPEG 2000 with an embedded sequence delimiter: both refuse
    assert found == Counter({"equal": 100, "both refuse": 96, "only this program reads": 2})


@pytest.mark.shared
def test_every_shared_dicom_file_is_read_as_pydicom_reads_it(shared_data: Path) -> None:
    found = Counter(map(_compare, reference.dicom_files(shared_data / "dicom")))
    assert found == Counter({"equal": 102, "both refuse": 1, "only this program reads": 6, "explained": 1})
