"""The table of rules: shown, changed, moved, saved; what is no rule is said with its row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lungview.errors import SettingsError
from lungview.ui.hanging.dialog import NAME, SERIES, WINDOWS, HangingDialog
from lungview.ui.hanging.feature import HangingActions
from lungview.ui.hanging.hanging import Hanging
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import LAYOUTS, Rule

RULES = (
    Rule("a", "thorax", False, ("CT",), ("chest", "lung"), "2+", True, ("lung", "5")),
    Rule("b", "2x2"),
)
CALLED = {word: f"layout {word}" for word in LAYOUTS}


@pytest.fixture
def kept() -> list[Sequence[Rule]]:
    return []


@pytest.fixture
def dialog(qtbot: QtBot, kept: list[Sequence[Rule]]) -> HangingDialog:
    made = HangingDialog(RULES, kept.append, CALLED)
    qtbot.addWidget(made)
    return made


def test_what_is_shown_is_what_is_saved(dialog: HangingDialog, kept: list[Sequence[Rule]]) -> None:
    dialog.save()
    assert kept == [RULES]


def test_rules_are_moved_removed_and_added(dialog: HangingDialog) -> None:
    dialog.table.selectRow(0)
    dialog.down_button.click()
    assert dialog.rules() == (RULES[1], RULES[0])
    dialog.up_button.click()
    dialog.remove_button.click()
    assert dialog.rules() == (RULES[1],)
    dialog.add_button.click()
    assert [rule.layout for rule in dialog.rules()] == ["one", "2x2"]


def test_a_rule_is_switched_off_by_its_tick(dialog: HangingDialog) -> None:
    dialog.table.item(1, NAME).setCheckState(Qt.CheckState.Unchecked)
    assert [rule.on for rule in dialog.rules()] == [False, False]


@pytest.mark.parametrize(("column", "text"), [(SERIES, "many"), (WINDOWS, "lungs")])
def test_what_is_no_rule_is_said_with_its_row_and_nothing_is_saved(
    dialog: HangingDialog, kept: list[Sequence[Rule]], column: int, text: str
) -> None:
    dialog.table.item(1, column).setText(text)
    dialog.save()
    assert dialog.message.text().startswith("Row 2, ")
    assert text in dialog.message.text()
    assert kept == []


def test_rules_that_cannot_be_written_are_said_and_stay_on_screen(qtbot: QtBot) -> None:
    def full(_: Sequence[Rule]) -> None:
        raise SettingsError("the hanging rules cannot be written: No space left on device")

    dialog = HangingDialog(RULES, full, CALLED)
    qtbot.addWidget(dialog)
    dialog.save()
    assert "No space left" in dialog.message.text()
    assert dialog.rules() == RULES


def test_the_shipped_rules_come_back(dialog: HangingDialog) -> None:
    dialog.shipped_button.click()
    assert dialog.rules() == file.shipped()


def test_the_windows_dialog_says_what_is_wrong_with_the_file(window: MainWindow, hanging: Hanging) -> None:
    file.own_path().parent.mkdir(parents=True, exist_ok=True)
    file.own_path().write_text('[[rule]]\nlayout = "wall"\n')
    (actions,) = window.findChildren(HangingActions)
    actions.open()
    (dialog,) = window.findChildren(HangingDialog)
    assert "rule 1, layout: expected one of" in dialog.message.text()
    dialog.save()
    assert hanging.rules == file.load().rules == file.shipped()
    assert file.own_path().with_name("hanging.toml.bad").exists()
