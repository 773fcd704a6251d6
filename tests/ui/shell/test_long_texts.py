"""Names and UIDs of 64 characters: lists leave out their middle, and say all of them under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from lungview.sources.source import FoundStudy
from lungview.ui.marks_list.tree import NAME, SAID, MarksTree
from lungview.ui.nodules.tree import FindingsTree
from lungview.ui.pacs.results import Results
from lungview.ui.shell.views.long_texts import LongTexts, as_tip
from lungview.viewer.marks_list.numbers import ContourStack
from tests.ui.conftest import MemorySeries, make_slice

LONG = "1.2.826.0.1.3680043.8.498." + "7" * 38
SERIES = MemorySeries((make_slice().instance,))


@pytest.fixture
def tree(qtbot: QtBot) -> QTreeWidget:
    made = QTreeWidget()
    qtbot.addWidget(made)
    made.resize(260, 200)
    for text in (LONG, "short", "<b>" + "x" * 64):
        QTreeWidgetItem(made, [text])
    made.show()
    return made


def hovered(tree: QTreeWidget, row: int) -> str:
    """What stands under the mouse over a row."""
    QToolTip.hideText()
    at = tree.visualItemRect(tree.topLevelItem(row)).center()
    QApplication.sendEvent(tree.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, QPoint(5, 5)))
    return QToolTip.text()


def test_what_does_not_fit_is_said_under_the_mouse(tree: QTreeWidget) -> None:
    LongTexts(tree)
    assert tree.textElideMode() is Qt.TextElideMode.ElideMiddle
    assert LONG in hovered(tree, 0)
    assert "short" not in hovered(tree, 1)


def test_a_name_is_no_markup(tree: QTreeWidget) -> None:
    LongTexts(tree)
    assert "&lt;b&gt;xxx" in hovered(tree, 2)


def test_a_tooltip_of_its_own_stays(tree: QTreeWidget) -> None:
    texts = LongTexts(tree)
    tree.topLevelItem(0).setToolTip(0, "a place")
    assert texts.said(tree.model().index(0, 0)) == ""
    assert hovered(tree, 0) == "a place"


def test_a_tooltip_of_its_own_is_no_markup_either(tree: QTreeWidget) -> None:
    LongTexts(tree)
    tree.topLevelItem(0).setToolTip(0, "<img src='//elsewhere/a.png'>\na place")
    assert hovered(tree, 0) == "<span>&lt;img src=&#x27;//elsewhere/a.png&#x27;&gt;<br>a place</span>"


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        ("a < b", "a < b"),
        ("DOE <b>J</b>", "<span>DOE &lt;b&gt;J&lt;/b&gt;</span>"),
    ],
)
def test_a_text_that_looks_like_markup_is_said_letter_by_letter(text: str, tip: str) -> None:
    assert as_tip(text) == tip


def test_all_columns_of_an_archives_answer_stay_in_sight(qtbot: QtBot) -> None:
    table = Results()
    qtbot.addWidget(table)
    table.resize(760, 300)
    table.add(
        FoundStudy(LONG, LONG, "N" * 64, study_date="20240102", description="D" * 64, modalities=("CT",))
    )
    table.complete()
    table.show()
    assert table.horizontalScrollBar().maximum() == 0
    assert min(table.columnWidth(column) for column in range(7)) > 30


def test_a_long_name_leaves_room_for_what_a_mark_measures(qtbot: QtBot) -> None:
    tree = MarksTree()
    qtbot.addWidget(tree)
    tree.resize(260, 120)
    tree.show_marks((), {}, (ContourStack("N" * 64, SERIES, 0, 1, why="one contour"),), frozenset(), "")
    tree.show()
    assert tree.columnWidth(NAME) <= 110
    assert tree.columnViewportPosition(SAID) < 260


def test_a_long_name_leaves_room_for_what_is_said_of_a_finding(qtbot: QtBot) -> None:
    tree = FindingsTree()
    qtbot.addWidget(tree)
    tree.resize(280, 120)
    QTreeWidgetItem(tree, ["N" * 64, "8 × 6 mm", "0.9"])
    tree.show()
    assert tree.columnWidth(0) <= 110
    assert tree.columnWidth(1) >= 100
