"""A wheel over the panel scrolls it: it chooses no guideline, no category and no answer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from lungview.ui.work_up.choice_box import ChoiceBox
from lungview.ui.work_up.form import Filled, Form
from lungview.viewer.work_up.questions import QUESTIONS
from tests.ui.work_up.conftest import panel_of


def _wheel(box: QComboBox) -> bool:
    """Whether the box took it; what it does not take is the panel's."""
    at, none = QPointF(box.rect().center()), Qt.MouseButton.NoButton
    turned = QPoint(0, -120)
    event = QWheelEvent(
        at, QPointF(box.mapToGlobal(at.toPoint())), turned, turned, none, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    return event.isAccepted()


@pytest.fixture
def boxes(qtbot) -> tuple[QScrollArea, ChoiceBox]:
    """A list in the middle of a panel that is higher than its place."""
    area, inside, box = QScrollArea(), QWidget(), ChoiceBox()
    box.addItems(["a", "b", "c"])
    column = QVBoxLayout(inside)
    column.addWidget(QLineEdit())  # has the focus at first
    column.addWidget(box)
    column.addSpacing(2000)
    area.setWidget(inside)
    qtbot.addWidget(area)
    area.show()
    return area, box


def test_a_wheel_over_a_list_is_the_panels_and_chooses_nothing(boxes) -> None:
    _, box = boxes
    assert not _wheel(box)
    assert box.currentIndex() == 0


def test_with_the_focus_the_wheel_is_the_lists_own(qtbot, boxes) -> None:
    area, box = boxes
    area.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    assert _wheel(box)
    assert box.currentIndex() == 1


def test_every_list_of_the_form_is_such_a_list(qtbot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.show_questions([Filled(question, None) for question in QUESTIONS])
    assert all(isinstance(each, ChoiceBox) for each in form.findChildren(QComboBox))
    assert form.findChildren(QComboBox)


def test_no_list_of_the_panel_is_turned_by_the_way(window) -> None:
    panel = panel_of(window)
    found = panel.findChildren(QComboBox)
    assert {panel.guide, panel.exam.incomplete} <= set(found)
    assert all(isinstance(each, ChoiceBox) for each in found)
