"""What is opened is noted, and what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from lungview import paths
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.study_list.feature import StudyListActions
from lungview.viewer.study_list.entry import Reading
from tests.ui.study_list.conftest import NAMES, settle
from tests.viewer.study_list.listing import listed


def test_what_is_opened_is_noted_with_its_folder_and_a_small_picture(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path]
) -> None:
    window.session.open([folders[0].parent])
    settle(qtbot, listing)
    entries = listed()
    assert sorted(each.patient.name for each in entries) == list(NAMES)
    assert {each.paths for each in entries} == {(str(folder),) for folder in folders}
    assert {each.reading for each in entries} == {Reading.BEGUN}
    assert all(each.thumbnail for each in entries)


def test_switched_off_nothing_is_noted(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path]
) -> None:
    window.session.change_settings(replace(window.session.settings, study_list=False))
    window.session.open([folders[0]])
    settle(qtbot, listing)
    assert not (paths.data() / "studies.sqlite").exists()


def test_the_sample_of_the_program_is_not_noted(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions
) -> None:
    window.session.open([paths.resources() / "sample"])
    settle(qtbot, listing)
    assert listed() == ()


def test_a_damaged_list_is_said_once_and_begun_anew_whether_the_dialog_is_open_or_not(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path]
) -> None:
    said = "The list could not be read and was begun anew; the old file is kept as studies.sqlite.bad."
    told: list[str] = []
    window.session.told.connect(told.append)
    for number, open_ in enumerate((lambda: window.session.open([folders[0]]), listing.open), start=1):
        (paths.data() / "studies.sqlite").write_bytes(b"this is no database" * 100)
        open_()
        settle(qtbot, listing)
        assert told.count(said) == number
        assert (paths.data() / "studies.sqlite.bad").exists()
    assert listing.dialog is not None
    assert listing.dialog.status.text() == said
