"""From study to study: what comes next, what is gone, which of a zip is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lungview.ui.shell.main_window import MainWindow
from lungview.ui.study_list.feature import StudyListActions
from lungview.viewer.study_list.entry import Reading
from lungview.viewer.study_list.store import StudyStore
from tests.ui.study_list.conftest import NAMES, settle
from tests.viewer.study_list.listing import add_folder, listed


@pytest.fixture
def told(window: MainWindow) -> list[str]:
    heard: list[str] = []
    window.session.told.connect(heard.append)
    return heard


@pytest.fixture
def three(folders: list[Path]) -> None:
    """All three, none opened."""
    add_folder(folders[0].parent)


def shown(window: MainWindow) -> str:
    series = window.session.stack.series
    return series.patient.name if series is not None else ""


def press(qtbot: QtBot, listing: StudyListActions, window: MainWindow, action: str) -> str:
    window.actions_table[action].trigger()
    settle(qtbot, listing)
    qtbot.waitUntil(lambda: not window.session.scanning)
    settle(qtbot, listing)
    return shown(window)


@pytest.mark.usefixtures("three")
def test_one_key_goes_from_study_to_study_in_the_place_of_what_is_open(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions
) -> None:
    assert press(qtbot, listing, window, "studies.next") == NAMES[0]
    assert press(qtbot, listing, window, "studies.next") == NAMES[1]
    assert len({each.patient.name for each in window.session.series}) == 1
    assert press(qtbot, listing, window, "studies.previous") == NAMES[0]


@pytest.mark.usefixtures("three")
def test_what_is_read_is_passed_over(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, told: list[str]
) -> None:
    press(qtbot, listing, window, "studies.next")
    assert press(qtbot, listing, window, "studies.done") == NAMES[1]
    assert told[-1] == "Study 2 of 3."
    assert press(qtbot, listing, window, "studies.previous") == NAMES[1]
    assert told[-1] == "No other study of the list is to be read that way."
    assert [each.reading for each in listed()] == [Reading.READ, Reading.BEGUN, Reading.UNREAD]


@pytest.mark.usefixtures("three")
def test_a_study_whose_files_are_gone_is_passed_over_and_said(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, told: list[str], folders: list[Path]
) -> None:
    press(qtbot, listing, window, "studies.next")
    shutil.rmtree(folders[1])
    assert press(qtbot, listing, window, "studies.next") == NAMES[2]
    assert told[-1] == "Study 3 of 3. Studies passed over, their files are gone: 1."


@pytest.mark.usefixtures("three")
def test_opening_a_study_that_is_gone_is_one_sentence_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, told: list[str], folders: list[Path]
) -> None:
    press(qtbot, listing, window, "studies.next")
    shutil.rmtree(folders[1])
    listing.opener.open(listed()[1])
    settle(qtbot, listing)
    assert told[-1] == f"The files of this study are gone: expected at {folders[1]}"
    assert shown(window) == NAMES[0]


def test_of_a_zip_with_several_studies_the_one_that_was_chosen_is_shown(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path], tmp_path: Path
) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folders[0].parent))
    window.session.open([packed])
    settle(qtbot, listing)
    chosen = next(each for each in listed() if each.patient.name == NAMES[2])
    window.session.close_series(window.session.series)
    listing.opener.open(chosen)
    settle(qtbot, listing)
    qtbot.waitUntil(lambda: shown(window) == NAMES[2])


def test_a_list_that_cannot_be_used_is_one_sentence(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, told: list[str]
) -> None:
    with StudyStore() as store:
        path = store.path
    path.unlink()
    path.mkdir()
    press(qtbot, listing, window, "studies.next")
    assert told[-1].startswith("the list of studies cannot be opened")
