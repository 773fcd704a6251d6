"""Key images as a selection: read by highdicom and dcmtk, with a title of the standard's list."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from lungview.errors import ReportError
from lungview.report.content import CaseContent, Opinion
from lungview.report.dicom.marked.kos import write_kos
from lungview.report.dicom.marked.titles import TITLES
from lungview.report.measured import marked_slice


def test_highdicom_resolves_the_key_images(
    content: CaseContent, images: list[Dataset], tmp_path: Path
) -> None:
    write_kos(replace(content, opinion=Opinion(impression="Compare with 2023")), tmp_path / "ko.dcm")
    found = highdicom.ko.KeyObjectSelectionDocument.from_dataset(pydicom.dcmread(tmp_path / "ko.dcm"))
    series, study = images[0].SeriesInstanceUID, images[0].StudyInstanceUID
    for k in (2, 5):
        assert found.resolve_reference(images[k].SOPInstanceUID) == (study, series, images[k].SOPInstanceUID)
    assert sum(item.ValueType == "IMAGE" for item in found.ContentSequence) == 2
    assert found.ConceptNameCodeSequence[0].CodeValue == "113000"
    assert "Compare with 2023" in [i.get("TextValue") for i in found.ContentSequence]


@pytest.mark.parametrize("title", list(TITLES))
def test_dcmtk_reads_every_title(content: CaseContent, tmp_path: Path, title: str) -> None:
    write_kos(replace(content, key_title=title), tmp_path / "ko.dcm")
    done = subprocess.run(["dsrdump", str(tmp_path / "ko.dcm")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f'<CONTAINER:(,,"{TITLES[title]}")=' in done.stdout
    assert done.stdout.count("<contains IMAGE:") == 2


def test_every_title_has_the_standards_meaning() -> None:
    listed = [getattr(codes.cid7010, name) for name in codes.cid7010.dir()]
    meanings = {each.value: each.meaning for each in listed}
    assert {code: meanings.get(code) for code in TITLES} == TITLES


def test_without_a_key_image_there_is_nothing_to_select(content: CaseContent, tmp_path: Path) -> None:
    plain = replace(content, marked=[marked_slice(content.slice, ())])
    with pytest.raises(ReportError, match="needs a key image"):
        write_kos(plain, tmp_path / "ko.dcm")
    with pytest.raises(ReportError, match="no title 1 of key images; there are 113000"):
        write_kos(replace(content, key_title="1"), tmp_path / "ko.dcm")
