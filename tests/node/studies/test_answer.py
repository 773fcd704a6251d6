"""What is written as the answer to a series, and what is not."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.model import registry
from lungview.model.card import FINDINGS
from lungview.node import answer
from lungview.sources.files.scan import scan
from tests.node.conftest import make_model


def test_the_report_holds_what_the_model_says_of_the_slice_to_look_at(
    study: list[Path], model: Path, tmp_path: Path
) -> None:
    (series,) = scan(study).series
    content = answer.judged(series, registry.find(str(model)), 1)
    files = dict(answer.write(series, registry.find(str(model)), 1, tmp_path))
    report = pydicom.dcmread(files["sr"])
    (evidence,) = report.CurrentRequestedProcedureEvidenceSequence
    (reference,) = evidence.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert reference.ReferencedSOPInstanceUID == content.slice.instance.sop_instance_uid


def test_a_series_that_the_gate_refuses_is_not_judged(study: list[Path], tmp_path: Path) -> None:
    (series,) = scan(study).series
    strict = registry.find(str(make_model(tmp_path / "strict", 0.0)))
    with pytest.raises(answer.NotJudged, match="No slice was suitable"):
        list(answer.write(series, strict, 1, tmp_path / "out"))


def test_a_model_whose_answer_has_no_object_says_so(study: list[Path], tmp_path: Path) -> None:
    (series,) = scan(study).series
    with pytest.raises(answer.NotJudged, match="malignancy"):
        list(answer.write(series, registry.find("malignancy"), 1, tmp_path))


def test_findings_are_answered_with_a_report_and_outlines(tmp_path: Path) -> None:
    files = write_series(tmp_path / "thorax", Thorax(slices=60, matrix=256, slice_spacing=4.0))
    (series,) = scan(files).series
    written = dict(answer.write(series, registry.default(FINDINGS), 1, tmp_path))
    report = pydicom.dcmread(written["sr"])
    assert report.StudyInstanceUID == pydicom.dcmread(files[0]).StudyInstanceUID
    assert report.VerificationFlag == "UNVERIFIED"
    if "seg" in written:  # whether the synthetic nodule is called is the model's affair
        assert pydicom.dcmread(written["seg"]).Modality == "SEG"


def test_slices_without_a_place_are_not_looked_at_for_findings(tmp_path: Path) -> None:
    def no_place(dataset: pydicom.Dataset, _index: int) -> None:
        del dataset.ImagePositionPatient

    files = write_series(tmp_path / "thorax", Thorax(slices=3, matrix=64), change=no_place)
    series = scan(files).series[0]
    with pytest.raises(answer.NotJudged, match="positions"):
        list(answer.write(series, registry.default(FINDINGS), 1, tmp_path))
