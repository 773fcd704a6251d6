"""Hanging rules in the reader's language: layouts and rules that ship by name, faults in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox

from lungview import languages
from lungview.ui.hanging.dialog import LAYOUT, NAME, SERIES, HangingDialog
from lungview.ui.hanging.feature import HangingActions
from lungview.ui.hanging.hanging import ACTIONS, Hanging
from lungview.ui.language import speaking
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import LAYOUTS, Rule


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> Iterator[MainWindow]:
    """A German one: the language belongs to the whole application, so it is English again after."""
    speaking.use(languages.load("de"))
    yield make_window()
    speaking.use(languages.ENGLISH)


@pytest.fixture
def dialog(window: MainWindow) -> HangingDialog:
    (actions,) = window.findChildren(HangingActions)
    actions.open()
    (made,) = window.findChildren(HangingDialog)
    return made


def names(dialog: HangingDialog) -> list[str]:
    return [dialog.table.item(row, NAME).text() for row in range(dialog.table.rowCount())]


def test_layouts_are_called_as_in_the_menu(window: MainWindow, dialog: HangingDialog) -> None:
    box = dialog.table.cellWidget(0, LAYOUT)
    assert isinstance(box, QComboBox)
    called = [window.actions_table[ACTIONS[word]].text() for word in LAYOUTS]
    assert [box.itemText(at) for at in range(box.count())] == called
    assert "Zwei Ansichten" in called


def test_rules_that_ship_have_names_in_the_language_and_are_kept_as_they_ship(
    dialog: HangingDialog, hanging: Hanging
) -> None:
    assert names(dialog)[0] == "CT mit Voraufnahme: jetzt | Voraufnahme"
    assert not {rule.name for rule in file.shipped()} & set(names(dialog))
    dialog.save()
    assert hanging.rules == file.load().rules == file.shipped()


def test_a_name_of_the_readers_own_stays_in_any_language(dialog: HangingDialog) -> None:
    mine = replace(file.shipped()[0], name="Nine views")
    dialog.show_rules([mine])
    assert names(dialog) == ["Nine views"]
    dialog.table.item(0, NAME).setText("Mein Thorax")
    assert [rule.name for rule in dialog.rules()] == ["Mein Thorax"]


def test_what_is_no_rule_is_said_in_the_language(dialog: HangingDialog) -> None:
    dialog.show_rules([Rule("mine", "one")])
    dialog.table.item(0, SERIES).setText("many")
    dialog.save()
    assert dialog.message.text().startswith("Zeile 1, series: erwartet eine Zahl wie")


def test_a_rule_for_all_that_comes_is_called_so(
    window: MainWindow, study: Callable[..., Path], opened: Callable[..., None]
) -> None:
    captured = "1.2.840.10008.5.1.4.1.1.7"  # a Secondary Capture, which says nothing of a modality
    opened(study("a", SOPClassUID=captured, Modality="", StudyDescription="", BodyPartExamined=""))
    window.actions_table["view.keep_layout"].trigger()
    assert file.load().rules[0].name == "Jede Studie"
