"""What was drawn on patient 1001 is in no report of patient 2002, whose file has the same UIDs and pixels."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pydicom
import pytest
from pypdf import PdfReader

from lungview.cli import exit_codes
from lungview.image import phantom, readers
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import picture_id
from tests.cli.studies.test_report import model, report  # noqa: F401
from tests.report.dicom.test_dicom import needs_dcmtk

WORD = "seen on the first"
DRAWN = (
    Annotation(Kind.RULER, (Point(5, 5), Point(25, 5)), WORD),
    Annotation(Kind.ARROW, (Point(9, 9), Point(25, 5)), WORD),
    Annotation(Kind.ELLIPSE, (Point(9, 9), Point(25, 25)), WORD),
)
OTHERS = {
    "other ID": {"PatientID": "ID2002"},
    "other birth date": {"PatientBirthDate": "19510607"},
    "other name": {"PatientName": "Baker^Bob"},
}


def _patient(folder: Path, changes: dict[str, str]) -> Path:
    made = phantom.make_dataset(phantom.Thorax(slices=1, matrix=64), 0)
    made.PatientName, made.PatientID, made.PatientBirthDate = "Adams^Ann", "ID1001", "19500607"
    for keyword, value in changes.items():
        setattr(made, keyword, value)
    folder.mkdir()
    phantom.save(made, folder / "a.dcm")
    return folder / "a.dcm"


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A slice of patient 1001, a key image with a ruler, an arrow and an ellipse."""
    path = _patient(tmp_path / "1001", {})
    with AnnotationStore() as store:
        picture = picture_id(readers.read(path))
        store.mark_key_image(picture, True)
        for drawn in DRAWN:
            store.put(picture, drawn)
    return path


def _said(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".dcm":
        return str(pydicom.dcmread(path).to_json_dict())
    return path.read_text("utf-8-sig")


def _outputs(source: Path, folder: Path) -> dict[str, str]:
    """What every kind of report of a slice says."""
    folder.mkdir()
    for name in ("r.pdf", "r.csv", "r.json"):
        assert report(source, "--out", folder / name) == exit_codes.OK
    assert report(source, "--out", folder / "sr.dcm", "--kind", "sr") == exit_codes.OK
    return {path.name: _said(path) for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_marks_are_in_no_output_of_another_patient(
    changes: dict[str, str], marked: Path, tmp_path: Path
) -> None:
    outputs = _outputs(_patient(tmp_path / "2002", changes), tmp_path / "out")
    assert len(outputs) == 4
    for name, said in outputs.items():
        assert "ID1001" not in said or "PatientID" not in changes, name
        assert WORD not in said, name
        assert "Of interest" not in said, name
        assert "Key images" not in said, name


def test_the_patients_own_report_and_structured_report_have_them(marked: Path, tmp_path: Path) -> None:
    outputs = _outputs(marked, tmp_path / "out")
    assert outputs["r.pdf"].count(WORD) >= 3
    assert outputs["sr.dcm"].count(WORD) == 3


@needs_dcmtk
def test_dcmtk_finds_the_patients_own_marks_alone(marked: Path, tmp_path: Path) -> None:
    found = {}
    for name, source in (("own", marked), ("other", _patient(tmp_path / "2002", OTHERS["other ID"]))):
        target = tmp_path / f"{name}.dcm"
        assert report(source, "--out", target, "--kind", "sr") == exit_codes.OK
        done = subprocess.run(["dsrdump", target], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        found[name] = done.stdout.count(WORD)
    assert found == {"own": 3, "other": 0}
