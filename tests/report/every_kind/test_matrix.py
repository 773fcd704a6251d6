"""Every file that opens gets every kind of report, which dcmtk, pydicom, highdicom and pypdf read back."""

from __future__ import annotations

from pathlib import Path

import pydicom.data
import pytest

from tests.conftest import SHARED
from tests.report.dicom.test_dicom import needs_dcmtk
from tests.report.every_kind.matrix import KINDS, outcomes

PACKAGED = Path(pydicom.data.__file__).parent / "test_files"
# Of each kind one: big endian, deflated, compressed, colour, palette, overlay, one bit, dose, several frames.
QUICK = (
    *("CT_small.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm", "JPEG2000.dcm", "examples_palette.dcm"),
    *("SC_rgb_small_odd.dcm", "examples_overlay.dcm", "liver_1frame.dcm", "rtdose_1frame.dcm"),
    *("examples_ybr_color.dcm", "MR_small_padded.dcm", "JPEGLSNearLossless_16.dcm"),
)
OF_PYDICOM = sorted(path for path in PACKAGED.parent.rglob("*") if path.is_file())
OF_SHARED = sorted(
    path for name in ("data/dicom", "cases") for path in (SHARED / name).rglob("*") if path.is_file()
)


def check(path: Path, folder: Path) -> int:
    """The number of reports of a file; every one must be without fault."""
    found = list(outcomes(path, folder))
    assert [each for each in found if each.fault] == []
    return len(found)


@needs_dcmtk
@pytest.mark.parametrize("name", QUICK)
def test_a_file_of_each_kind_gets_every_report(name: str, tmp_path: Path) -> None:
    assert check(PACKAGED / name, tmp_path) == len(KINDS)


@needs_dcmtk
@pytest.mark.matrix
@pytest.mark.parametrize("path", OF_PYDICOM, ids=lambda path: path.name)
def test_every_file_of_pydicom_gets_every_report(path: Path, tmp_path: Path) -> None:
    assert check(path, tmp_path) in (0, len(KINDS))


@needs_dcmtk
@pytest.mark.matrix
@pytest.mark.shared
@pytest.mark.parametrize("path", OF_SHARED, ids=lambda path: str(path.relative_to(SHARED)))
def test_every_shared_file_gets_every_report(path: Path, tmp_path: Path) -> None:
    assert check(path, tmp_path) in (0, len(KINDS))
