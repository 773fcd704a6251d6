"""The list in the window: search, order, how far each is read, cleared."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from lungview.ui.shell.main_window import MainWindow
from lungview.ui.study_list.dialog import StudyListDialog
from lungview.ui.study_list.feature import StudyListActions
from lungview.ui.study_list.table import DATE, NUMBER, PATIENT, STATE, STUDY
from lungview.viewer.study_list.entry import Entry, Reading
from tests.ui.study_list.conftest import NAMES, settle
from tests.viewer.study_list.listing import add_folder, listed


@pytest.fixture
def dialog(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path]
) -> StudyListDialog:
    add_folder(folders[0].parent)
    window.actions_table["studies.list"].trigger()
    assert listing.dialog is not None
    settle(qtbot, listing)
    return listing.dialog


@pytest.fixture
def after(qtbot: QtBot, listing: StudyListActions) -> Callable[[Callable[[], object]], None]:
    def do(act: Callable[[], object]) -> None:
        act()
        settle(qtbot, listing)

    return do


def column(dialog: StudyListDialog, which: int) -> list[str]:
    return [dialog.filter.index(row, which).data() for row in range(dialog.filter.rowCount())]


def choose(dialog: StudyListDialog, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    dialog.view.selectionModel().clearSelection()
    for row in rows:
        dialog.view.selectionModel().select(dialog.filter.index(row, 0), flags.Select | flags.Rows)


def test_all_studies_are_there_in_the_order_of_reading(dialog: StudyListDialog) -> None:
    assert column(dialog, PATIENT) == ["Adams, Ann", "Brown, Bob", "Clark, Cleo"]
    assert column(dialog, DATE) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert column(dialog, STATE) == ["To read"] * 3


def test_a_search_and_a_choice_leave_what_fits(
    dialog: StudyListDialog, after: Callable[[Callable[[], object]], None]
) -> None:
    choose(dialog, 0)
    after(dialog.read_button.click)
    dialog.search.setText("cleo")
    assert column(dialog, NUMBER) == ["Cl"]
    dialog.search.clear()
    dialog.kind.setCurrentIndex(dialog.kind.findData("open"))
    dialog.kind.activated.emit(1)
    assert column(dialog, NUMBER) == ["Br", "Cl"]


def test_what_is_chosen_stays_chosen_through_a_search_and_another_order(dialog: StudyListDialog) -> None:
    choose(dialog, 1)
    dialog.search.setText("b")
    assert [entry.patient.patient_id for entry in dialog.chosen()] == ["Br"]
    dialog.view.sortByColumn(PATIENT, Qt.SortOrder.DescendingOrder)
    dialog.search.clear()
    assert column(dialog, NUMBER) == ["Cl", "Br", "Ad"]
    assert [entry.patient.patient_id for entry in dialog.chosen()] == ["Br"]


def test_sorting_looks_at_each_study_once(dialog: StudyListDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Entry] = []
    sorted_by = dialog.table.sorted_by
    monkeypatch.setattr(dialog.table, "sorted_by", lambda e, c: (asked.append(e), sorted_by(e, c))[1])
    dialog.view.sortByColumn(PATIENT, Qt.SortOrder.AscendingOrder)
    dialog.search.setText("b")
    assert len(asked) == len(NAMES)


def test_several_are_marked_read_at_once_and_stay_chosen(
    dialog: StudyListDialog, after: Callable[[Callable[[], object]], None]
) -> None:
    choose(dialog, 0, 2)
    after(dialog.read_button.click)
    assert column(dialog, STATE) == ["Read", "To read", "Read"]
    assert [entry.patient.name for entry in dialog.chosen()] == [NAMES[0], NAMES[2]]
    after(dialog.unread_button.click)
    assert {entry.reading for entry in listed()} == {Reading.UNREAD}


def test_the_order_of_reading_is_changed_by_a_place_or_by_a_sorted_column(
    dialog: StudyListDialog, after: Callable[[Callable[[], object]], None]
) -> None:
    choose(dialog, 2)
    assert not dialog.down_button.isEnabled()
    after(dialog.up_button.click)
    assert column(dialog, NUMBER) == ["Ad", "Cl", "Br"]
    dialog.view.sortByColumn(DATE, Qt.SortOrder.DescendingOrder)
    assert column(dialog, NUMBER) == ["Cl", "Br", "Ad"]
    assert not dialog.up_button.isEnabled()
    after(dialog.order_button.click)
    assert not dialog.filter.sorted
    assert [entry.patient.name for entry in listed()] == [NAMES[2], NAMES[1], NAMES[0]]


def test_the_key_that_hides_the_patient_hides_names_numbers_places_and_searches(
    window: MainWindow, dialog: StudyListDialog
) -> None:
    window.actions_table["view.patient"].trigger()
    assert set(column(dialog, PATIENT)) == set(column(dialog, NUMBER)) == {"(hidden)"}
    assert dialog.filter.index(0, STUDY).data(Qt.ItemDataRole.ToolTipRole) is None
    dialog.search.setText("adams")
    assert dialog.filter.rowCount() == 0


def test_files_that_are_gone_are_said(
    dialog: StudyListDialog,
    listing: StudyListActions,
    folders: list[Path],
    qtbot: QtBot,
) -> None:
    shutil.rmtree(folders[1])
    listing.keeper.reload()
    qtbot.waitUntil(lambda: column(dialog, STATE) == ["To read", "Files gone", "To read"])


def test_a_study_is_opened_by_a_double_click_and_is_begun(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, dialog: StudyListDialog
) -> None:
    place = dialog.view.visualRect(dialog.filter.index(1, PATIENT)).center()
    qtbot.mouseClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(window.session.series), timeout=20_000)
    settle(qtbot, listing)
    assert {each.patient.name for each in window.session.series} == {NAMES[1]}
    assert column(dialog, STATE) == ["To read", "Begun", "To read"]


def test_taken_off_and_cleared(
    dialog: StudyListDialog, after: Callable[[Callable[[], object]], None], folders: list[Path]
) -> None:
    choose(dialog, 1)
    after(dialog.remove_button.click)
    assert column(dialog, NUMBER) == ["Ad", "Cl"]
    after(dialog.clear)
    assert listed() == ()
    assert not dialog.clear_button.isEnabled()
    assert all(any(folder.iterdir()) for folder in folders)


def test_a_folder_is_added_without_being_opened(
    qtbot: QtBot, window: MainWindow, listing: StudyListActions, folders: list[Path]
) -> None:
    window.actions_table["studies.list"].trigger()
    assert listing.dialog is not None
    listing.dialog.add_folder(folders[0].parent)
    qtbot.waitUntil(lambda: "Studies found: 3" in listing.dialog.status.text(), timeout=20_000)
    assert listing.dialog.filter.rowCount() == 3
    assert window.session.series == []


def test_the_dialog_says_when_the_list_is_off(window: MainWindow, dialog: StudyListDialog) -> None:
    assert "No file is copied" in dialog.privacy.text()
    window.session.change_settings(replace(window.session.settings, study_list=False))
    assert "The list is off" in dialog.privacy.text()
