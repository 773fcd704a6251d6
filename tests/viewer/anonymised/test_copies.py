"""Anonymised copies as a reader asks for them: only those files, all or nothing, every file accounted for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydicom import dcmread

from lungview.errors import Cancelled, InputError, ReportError
from lungview.image import phantom
from lungview.report.anonymise import run as work
from lungview.sources.files.scan import scan
from lungview.viewer.anonymised.copies import Result, Source, Wanted, make, of_series


def never() -> bool:
    return False


def made(wanted: Wanted) -> tuple[Result, list[tuple[int, int]]]:
    steps: list[tuple[int, int]] = []
    return make(steps.append, never, wanted), steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two studies of three slices, one below the other."""
    for name, person in (("a", "Kowalska^Jadwiga"), ("a/b", "Nowak^Adam")):
        phantom.write_series(tmp_path / "in" / name, phantom.Thorax(slices=3, matrix=32))
        for path in (tmp_path / "in" / name).glob("*.dcm"):
            dataset = dcmread(path)
            dataset.PatientName, dataset.PatientID = person, person
            dataset.StudyInstanceUID = f"1.2.3.{len(name)}"
            dataset.SeriesInstanceUID = f"1.2.4.{len(name)}"
            dataset.save_as(path)
    return tmp_path / "in"


def test_of_one_study_only_its_own_files_are_copied(folder: Path, tmp_path: Path) -> None:
    (chosen,) = (s for s in scan([folder]).series if s.patient.name == "Nowak^Adam")
    result, steps = made(Wanted(of_series([chosen], (folder,)), tmp_path / "out"))
    written = [dcmread(path) for path in (tmp_path / "out").rglob("IM*")]
    assert len(written) == result.written == 3
    assert {float(d.ImagePositionPatient[2]) for d in written} == {
        i.geometry.position[2] for i in chosen.instances if i.geometry is not None
    }
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_study_in_a_zip_is_copied_without_the_zips_other_studies(folder: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    chosen = next(s for s in scan([packed]).series if s.patient.name == "Nowak^Adam")
    result, _ = made(Wanted(of_series([chosen]), tmp_path / "out.zip"))
    assert result.counts == {work.WRITTEN: 3}


@pytest.mark.parametrize("out", ["in", "in/out", "."])
def test_a_study_is_not_copied_into_the_folder_that_was_opened(
    folder: Path, tmp_path: Path, out: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="among the originals"):
        made(Wanted(of_series(scan([folder]).series, (folder,)), tmp_path / out))
    assert sorted(tmp_path.rglob("*")) == before


def test_every_file_that_is_not_plainly_written_is_told_with_its_reason(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").write_text("Kowalska")
    first = sorted(folder.rglob("*.dcm"))[0]
    dataset = dcmread(first)
    dataset.BurnedInAnnotation = "YES"
    dataset.save_as(first)
    result, _ = made(Wanted(Source((folder,)), tmp_path / "out"))
    assert result.counts == {work.WRITTEN: 5, work.LEFT_OUT: 1, work.BURNED_IN: 1}
    assert {(o.path.name, o.name) for o in result.told} == {("notes.txt", ""), (first.name, "")}
    assert result.written == 5
    again, _ = made(Wanted(Source((folder,)), tmp_path / "all", with_burned_in=True))
    assert again.written == 6


@pytest.mark.parametrize("out", ["out", "out.zip"])
def test_where_nothing_can_be_copied_nothing_appears(tmp_path: Path, out: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    result, _ = made(Wanted(Source((tmp_path / "in",)), tmp_path / out))
    assert (result.written, result.counts) == (0, {work.LEFT_OUT: 1})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no file is there"):
        made(Wanted(Source((tmp_path / "in",)), tmp_path / "out"))


def test_stopped_in_the_middle_nothing_is_there(folder: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        make(steps.append, lambda: bool(steps), Wanted(Source((folder,)), tmp_path / "out"))
    assert steps == [(1, 6)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_a_place_that_takes_nothing_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="nothing more can be written"):
        made(Wanted(Source((folder,)), tmp_path / "file" / "out"))
