"""The keeper of the list of studies, without a window: what it notes, what it is asked, what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lungview.sources.files.scan import Scan
from lungview.viewer.study_list import work
from lungview.viewer.study_list.entry import Reading
from lungview.viewer.study_list.keeper import StudyKeeper
from lungview.viewer.study_list.noted import entries_of, key_of
from lungview.viewer.study_list.store import StudyStore, default_path
from tests.viewer.by_hand import Hand, Opened
from tests.viewer.study_list.listing import listed, series

KEY = ("owner", "1.2.3")
SAID = "The list could not be read and was begun anew; the old file is kept as studies.sqlite.bad."


@pytest.fixture
def keeper(opened: Opened) -> StudyKeeper:
    opened.workspace.keeps_settings = True
    return StudyKeeper(opened.workspace, opened.hand)


@pytest.fixture
def told(opened: Opened) -> list[str]:
    heard: list[str] = []
    opened.workspace.news.told.connect(heard.append)
    return heard


@pytest.fixture
def damaged() -> Path:
    """A file in the list's place that is none."""
    with StudyStore():
        pass
    default_path().write_bytes(b"this is no database" * 100)
    return default_path()


def test_what_was_opened_is_noted_and_told(opened: Opened, keeper: StudyKeeper) -> None:
    found, heard = series(1, Path("/x/1/slice.dcm")), []
    keeper.changed.connect(heard.append)
    opened.workspace.news.opening.emit((Path("/x"),))
    opened.workspace.news.ended.emit(Scan((found,), (), ()))
    opened.hand.work()
    (entry,) = listed()
    assert (entry.key, entry.reading) == (key_of(found), Reading.BEGUN)
    assert heard[0] == (entry,)


def test_what_the_command_line_opened_before_is_noted(opened: Opened) -> None:
    opened.workspace.keeps_settings = True
    opened.workspace.studies.series = [series(1, Path("/x/1/slice.dcm"))]
    opened.workspace.studies.paths = (Path("/x"),)
    StudyKeeper(opened.workspace, opened.hand)
    opened.hand.work()
    assert len(listed()) == 1


@pytest.mark.parametrize("kept", [True, False], ids=["switched off", "in safe mode"])
def test_where_nothing_is_to_be_noted_there_is_no_list(
    opened: Opened, keeper: StudyKeeper, kept: bool
) -> None:
    opened.workspace.settings = replace(opened.workspace.settings, study_list=not kept)
    opened.workspace.keeps_settings = kept
    opened.workspace.news.opening.emit((Path("/x"),))
    opened.workspace.news.ended.emit(Scan((series(1, Path("/x/1/slice.dcm")),), (), ()))
    opened.hand.work()
    assert not default_path().exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda keeper: keeper.reload(),
        lambda keeper: keeper.archive_of(KEY, lambda _: None),
        lambda keeper: keeper.rename_archive("ward", "second floor"),
        lambda keeper: keeper.ask(work.next_to_read, None, 1, False, on_result=lambda _: None),
    ],
    ids=["the list", "its archive", "another name", "the next study"],
)
def test_a_damaged_list_is_set_aside_and_said_once_whoever_opened_it(
    opened: Opened,
    keeper: StudyKeeper,
    told: list[str],
    damaged: Path,
    act: Callable[[StudyKeeper], None],
) -> None:
    heard: list[str] = []
    keeper.begun_anew.connect(heard.append)
    act(keeper)
    opened.hand.work()
    assert damaged.with_name("studies.sqlite.bad").read_bytes().startswith(b"this is no database")
    assert told == heard == [SAID]
    act(keeper)
    opened.hand.work()
    assert told == [SAID]


def test_the_archive_of_a_study_is_told_by_the_list(opened: Opened, keeper: StudyKeeper) -> None:
    mine, heard = series(1, Path("/x/1/slice.dcm")), []
    with StudyStore() as store:
        store.put(entries_of([mine], (), {key_of(mine): "ward"}), opened=True)
    for key in (key_of(mine), KEY):
        keeper.archive_of(key, heard.append)
    opened.hand.work()
    assert heard == ["ward", ""]


def test_without_a_list_nothing_is_known_and_none_is_made(opened: Opened, keeper: StudyKeeper) -> None:
    heard: list[str] = []
    keeper.archive_of(KEY, heard.append)
    opened.hand.work()
    assert heard == [""]
    assert not default_path().exists()


def test_a_list_that_cannot_be_opened_costs_no_more_than_the_archive(
    opened: Opened, keeper: StudyKeeper, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise MemoryError

    with StudyStore():
        pass
    monkeypatch.setattr(work, "archive_of", fail)
    heard: list[str] = []
    keeper.archive_of(KEY, heard.append)
    opened.hand.work()
    assert heard == [""]
    assert told == ["the list of studies failed: MemoryError"]


def test_the_list_has_its_own_thread(opened: Opened) -> None:
    own = Hand()
    StudyKeeper(opened.workspace, own).reload()
    assert (len(own.calls), len(opened.hand.calls)) == (1, 0)
