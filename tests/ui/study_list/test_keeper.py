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
