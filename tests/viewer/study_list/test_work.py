"""What is done with the list in the background."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import Cancelled
from lungview.image import phantom
from lungview.viewer.study_list import work
from lungview.viewer.study_list.entry import EntryKey, Reading
from lungview.viewer.study_list.store import StudyStore
from lungview.viewer.study_list.work import Following
from tests.viewer.study_list.listing import entry, listed


@pytest.fixture
def three(tmp_path: Path) -> list:
    """Three listed studies; the files of the second are gone."""
    entries = [entry(n, paths=(str(tmp_path / str(n)),)) for n in (1, 2, 3)]
    for each in (entries[0], entries[2]):
        Path(each.paths[0]).mkdir()
    with StudyStore() as store:
        store.put(entries, opened=False)
    return entries


def _next(now: EntryKey, step: int, *, done: bool) -> Following:
    with StudyStore() as store:
        return work.next_to_read(store, now, step, done)


def test_the_next_study_is_the_next_whose_files_are_there(three: list) -> None:
    found = _next(three[0].key, 1, done=False)
    assert (found.entry, found.number, found.count, found.gone) == (three[2], 3, 3, 1)
    assert listed()[0].reading is Reading.UNREAD


def test_done_with_one_it_is_read_and_not_come_back_to(three: list) -> None:
    assert _next(three[0].key, 1, done=True).entry == three[2]
    assert listed()[0].reading is Reading.READ
    back = _next(three[2].key, -1, done=False)
    assert (back.entry, back.gone) == (None, 1)


def test_of_which_studies_nothing_is_left(three: list) -> None:
    assert work.gone(three) == {three[1].key}


def test_a_folder_is_listed_with_small_pictures_and_not_opened(tmp_path: Path) -> None:
    phantom.write_series(tmp_path / "in", phantom.Thorax(slices=3, matrix=64))
    steps: list[tuple[int, int]] = []
    count, change = work.look_through(steps.append, lambda: False, tmp_path / "in")
    assert listed() == ()
    with StudyStore() as store:
        (only,) = work.changed(store, change)
    assert (count, only.pictures, only.reading, only.opened) == (1, 3, Reading.UNREAD, "")
    assert only.thumbnail.startswith(b"\x89PNG")
    assert only.paths == (str(tmp_path / "in"),)
    assert steps[-1] == (3, 3)


def test_stopped_in_the_middle_nothing_of_a_folder_is_listed(tmp_path: Path) -> None:
    phantom.write_series(tmp_path / "in", phantom.Thorax(slices=3, matrix=32))
    with pytest.raises(Cancelled):
        work.look_through(lambda _: None, lambda: True, tmp_path / "in")
    assert listed() == ()


def test_the_programs_own_sample_is_not_noted(tmp_path: Path) -> None:
    sample = paths.resources() / "sample"
    assert not work.is_noted([sample])
    assert not work.is_noted([sample / "series"])
    assert work.is_noted([tmp_path])
    assert work.is_noted([sample, tmp_path])
