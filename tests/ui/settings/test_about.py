"""Help → About: which program this is, and every component with its licence, to search and to copy."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lungview import licences, version
from lungview.licences import Component
from lungview.ui.settings.about import AboutDialog
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.studies.tasks import Tasks

ONE = Component("one", "1.0", "MIT", "Permission is hereby granted")
TWO = Component("two", "2.0", "LGPL-3.0-only", "Version 3, 29 June 2007")


@pytest.fixture
def tasks(qtbot: QtBot):
    tasks = Tasks()
    yield tasks
    tasks.close(5)


@pytest.fixture
def dialog(qtbot: QtBot, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> AboutDialog:
    monkeypatch.setattr(licences, "components", lambda: (ONE, TWO))
    monkeypatch.setattr(licences, "bill_of_materials", lambda: {"bomFormat": "CycloneDX"})
    return _shown(qtbot, tasks)


def _shown(qtbot: QtBot, tasks: Tasks) -> AboutDialog:
    dialog = AboutDialog(tasks)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.message.isHidden() or not dialog.tabs.isEnabled())
    return dialog


def _rows(dialog: AboutDialog) -> list[str]:
    rows = range(dialog.table.rowCount())
    return [dialog.table.item(row, 0).text() for row in rows if not dialog.table.isRowHidden(row)]


def test_it_says_which_version_and_commit_it_is(dialog: AboutDialog) -> None:
    assert f"LungView {version.build()}" in dialog.about.text()
    assert "newer versions are where you got this one" in dialog.about.text()


def test_it_lists_every_component_with_its_licence(dialog: AboutDialog) -> None:
    cells = [[dialog.table.item(row, column).text() for column in range(3)] for row in range(2)]
    assert cells == [["one", "1.0", "MIT"], ["two", "2.0", "LGPL-3.0-only"]]


def test_the_chosen_components_licence_text_is_shown(dialog: AboutDialog) -> None:
    dialog.table.setCurrentCell(1, 0)
    assert dialog.text.toPlainText() == "Version 3, 29 June 2007"


def test_searching_a_licence_text_leaves_its_components_and_shows_the_place(dialog: AboutDialog) -> None:
    dialog.search.setText("29 june")
    assert _rows(dialog) == ["two"]
    assert dialog.text.textCursor().selectedText() == "29 June"


def test_enter_in_the_search_field_neither_copies_nor_closes(dialog: AboutDialog) -> None:
    dialog.show()
    QApplication.clipboard().setText("before")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert QApplication.clipboard().text() == "before"


def test_a_search_that_finds_nothing_shows_no_text(dialog: AboutDialog) -> None:
    dialog.search.setText("nowhere")
    assert _rows(dialog) == []
    assert dialog.text.toPlainText() == ""


def test_the_bill_of_materials_is_shown_and_copied_from_its_page(dialog: AboutDialog) -> None:
    dialog.tabs.setCurrentWidget(dialog.bill)
    dialog.copy.click()
    assert json.loads(QApplication.clipboard().text()) == {"bomFormat": "CycloneDX"}


def test_a_list_that_cannot_be_read_says_so_in_its_place(qtbot, tasks, monkeypatch) -> None:
    def missing():
        raise OSError("the licence list cannot be read")

    monkeypatch.setattr(licences, "components", missing)
    dialog = _shown(qtbot, tasks)
    assert dialog.message.text() == "the licence list cannot be read"
    assert not dialog.message.isHidden()


def test_help_about_opens_it_with_what_is_installed(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_table["help.about"].trigger()
    dialog = window.findChild(AboutDialog)
    qtbot.waitUntil(dialog.message.isHidden)
    assert "numpy" in _rows(dialog)
    dialog.reject()
