"""Several openings, one list: every series once, each with a key of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lungview.errors import ReadError
from lungview.image.slice import Instance, Patient, Study, Version
from lungview.sources.files.scan import Skipped
from lungview.study.series import Series
from lungview.viewer.studies.listed import Studies, study_of


def _series(key: str, *files: str, patient: str = "A", study: str = "1.2") -> Series:
    instances = tuple(Instance(Path(name)) for name in files)
    return Series(key, key, "", "CT", instances, 4, 4, patient=Patient(patient, patient), study=Study(study))


def _opened(studies: Studies, path: str, *found: Series, add: bool = True) -> tuple[Series, ...]:
    studies.begin([Path(path)], add=add)
    return studies.end(found, ())


def test_what_is_opened_next_stands_behind_what_is_open() -> None:
    studies = Studies()
    _opened(studies, "/a", _series("1", "/a/1"))
    _opened(studies, "/b", _series("2", "/b/1"), _series("3", "/b/2"))
    assert [each.key for each in studies.series] == ["1", "2", "3"]
    assert studies.paths == (Path("/a"), Path("/b"))


def test_opened_instead_it_stands_alone() -> None:
    studies = Studies()
    _opened(studies, "/a", _series("1", "/a/1"))
    _opened(studies, "/b", _series("2", "/b/1"), add=False)
    assert [each.key for each in studies.series] == ["2"]
    assert studies.paths == (Path("/b"),)


def test_other_files_of_an_equal_key_are_a_series_of_their_own() -> None:
    studies = Studies()
    _opened(studies, "/a", _series("1", "/a/1", patient="A"))
    (second,) = _opened(studies, "/b", _series("1", "/b/1", patient="B"))
    (third,) = _opened(studies, "/c", _series("1", "/c/1", patient="B"))
    assert [each.key for each in studies.series] == ["1", second.key, third.key]
    assert len({"1", second.key, third.key}) == 3


def test_a_series_that_grows_while_it_is_read_keeps_its_key() -> None:
    studies = Studies()
    studies.begin([Path("/a")], add=True)
    studies.put(_series("1", "/a/1"))
    studies.put(_series("1", "/a/1", "/a/2"))
    assert [(each.key, len(each.instances)) for each in studies.series] == [("1", 2)]


def test_one_file_of_an_open_series_is_that_series() -> None:
    studies, whole = Studies(), _series("1", "/a/1", "/a/2", "/a/3")
    _opened(studies, "/a", whole)
    (found,) = _opened(studies, "/a/2", _series("1", "/a/2"))
    assert found is whole
    assert studies.series == [whole]


def test_the_whole_series_takes_the_place_of_a_part_of_it() -> None:
    studies, whole = Studies(), _series("1", "/a/1", "/a/2")
    _opened(studies, "/a/1", _series("1", "/a/1"))
    _opened(studies, "/a", whole)
    assert studies.series == [whole]


def test_a_file_written_to_since_is_no_part_of_what_was_read() -> None:
    studies = Studies()
    _opened(studies, "/a", _series("1", "/a/1", "/a/2"))
    anew = _series("1", "/a/2")
    written = replace(anew.instances[0], version=Version(1, 1, 1, 1))
    (found,) = _opened(studies, "/a/2", replace(anew, instances=(written,)))
    assert found.key != "1"
    assert len(studies.series) == 2


def test_what_was_split_since_it_was_found_is_listed_no_more() -> None:
    studies = Studies()
    _opened(studies, "/a", _series("0", "/a/0"))
    studies.begin([Path("/b")], add=True)
    studies.put(_series("1", "/b/1", "/b/2"))
    studies.end([_series("1-a", "/b/1"), _series("1-b", "/b/2")], ())
    assert [each.key for each in studies.series] == ["0", "1-a", "1-b"]


def test_closing_forgets_the_paths_of_which_nothing_is_left() -> None:
    studies = Studies()
    gone = _opened(studies, "/a", _series("1", "/a/deep/1"))
    _opened(studies, "/cd/DICOMDIR", _series("2", "/cd/IMG/1"))
    studies.close(gone)
    assert [each.key for each in studies.series] == ["2"]
    assert studies.paths == (Path("/cd/DICOMDIR"),)


def test_a_skipped_file_is_listed_once() -> None:
    studies, bad = Studies(), Skipped(Path("/a/x"), ReadError("no image"))
    studies.skip([bad])
    studies.skip([bad, Skipped(Path("/a/y"), ReadError("no image"))])
    assert [each.path for each in studies.skipped] == [Path("/a/x"), Path("/a/y")]


def test_two_people_of_one_study_uid_have_two_studies() -> None:
    assert study_of(_series("1", "/a", patient="A")) != study_of(_series("2", "/b", patient="B"))
    assert study_of(_series("1", "/a")) == study_of(_series("2", "/b"))
