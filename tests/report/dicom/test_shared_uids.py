"""What refers to a UID that several slices bear would mean any of them: it is left out, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import highdicom
import pydicom
import pytest
from pydicom import Dataset

from lungview.errors import ReportError
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.image.slice import Slice
from lungview.nodules.second_reader import second_look
from lungview.report.content import CaseContent, Layout
from lungview.report.findings import pictures
from lungview.report.formats import write
from lungview.report.gather import findings_alone
from lungview.report.measured import marked_slice
from lungview.sources.files.scan import scan
from lungview.study.sorting.joining import joinable, joined
from tests.nodules.second_reader.test_second_look import READER
from tests.report.conftest import make_content
from tests.report.every_kind.matrix import DRAWN

THORAX = Thorax(slices=12, matrix=192, slice_spacing=4.0)
Change = Callable[[Dataset, int], None]


def one_sop(dataset: Dataset, _: int) -> None:
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.99"


def own_series(dataset: Dataset, index: int) -> None:
    dataset.SeriesInstanceUID = f"1.2.3.{index + 1}"


def as_they_are(_dataset: Dataset, _index: int) -> None: ...


def found(folder: Path, change: Change) -> CaseContent:
    """What the second reader finds in a series, joined where it is several."""
    write_series(folder, THORAX, change=change)
    several = scan([folder]).series
    series = several[0] if len(several) == 1 else joined(joinable(several)[0])
    answer = second_look.of_series(series, READER)
    assert answer.findings
    return findings_alone(pictures.content(answer, READER.card, read_instance, series_uid=series.uid))


def regions(path: Path) -> int:
    """Findings with a place on a picture."""
    report = highdicom.sr.srread(path).content
    return len(report.get_planar_roi_measurement_groups()) + len(
        report.get_volumetric_roi_measurement_groups()
    )


@pytest.mark.parametrize(("change", "told"), [(as_they_are, True), (own_series, True), (one_sop, False)])
def test_findings_refer_to_slices_with_a_uid_of_their_own_alone(
    change: Change, told: bool, tmp_path: Path
) -> None:
    content = found(tmp_path / "in", change)
    notes = write(content, tmp_path / "r.dcm", Layout(), "sr")
    assert bool(regions(tmp_path / "r.dcm")) == told
    assert any("without UIDs of their own" in note for note in notes) != told


@pytest.mark.parametrize(
    ("change", "why"), [(one_sop, "has its own UIDs"), (own_series, "the slices of one series, found those")]
)
def test_a_segmentation_says_why_it_cannot_be(change: Change, why: str, tmp_path: Path) -> None:
    content = found(tmp_path / "in", change)
    with pytest.raises(ReportError, match=why):
        write(content, tmp_path / "r.dcm", Layout(), "seg")


def _marked(folder: Path, change: Change) -> CaseContent:
    slices: list[Slice] = [readers.read(path) for path in write_series(folder, THORAX, change=change)[:3]]
    marked = [marked_slice(each, DRAWN, key=True) for each in slices[1:]]
    return make_content(slice=slices[0], marked=marked)


@pytest.mark.parametrize("kind", ["ko", "regions"])
def test_marks_on_slices_of_one_uid_are_not_written_to_refer_to_it(kind: str, tmp_path: Path) -> None:
    assert write(_marked(tmp_path / "a", as_they_are), tmp_path / "a.dcm", Layout(), kind) == ()
    assert "SOPInstanceUID" in pydicom.dcmread(tmp_path / "a.dcm")
    with pytest.raises(ReportError):
        write(_marked(tmp_path / "b", one_sop), tmp_path / "b.dcm", Layout(), kind)
    assert not (tmp_path / "b.dcm").exists()


def test_a_presentation_state_draws_nothing_on_slices_of_one_uid_and_says_so(tmp_path: Path) -> None:
    write(_marked(tmp_path / "a", as_they_are), tmp_path / "a.dcm", Layout(), "pr")
    assert "GraphicAnnotationSequence" in pydicom.dcmread(tmp_path / "a.dcm")
    notes = write(_marked(tmp_path / "b", one_sop), tmp_path / "b.dcm", Layout(), "pr")
    assert "GraphicAnnotationSequence" not in pydicom.dcmread(tmp_path / "b.dcm")
    assert any("the marks on 2 slices" in note for note in notes)
