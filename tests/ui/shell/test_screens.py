"""A top-level widget that grows stays on its screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from lungview.ui.shell import screens


@pytest.mark.parametrize("corner", [(0.5, 0.5), (0.05, 0.0), (0.9, 0.9)])
def test_a_widget_that_grows_is_all_on_the_screen(qtbot, corner):
    widget = QWidget()
    qtbot.addWidget(widget)
    within = widget.screen().availableGeometry()
    at = (within.x() + int(corner[0] * within.width()), within.y() + int(corner[1] * within.height()))
    widget.setGeometry(QRect(*at, 120, 60))
    with qtbot.waitExposed(widget):
        widget.show()
    screens.resize_within(widget, within.width() * 3 // 4, within.height() * 3 // 4)
    assert widget.width() == within.width() * 3 // 4
    assert within.contains(widget.frameGeometry())


def test_it_grows_about_its_middle_where_there_is_room(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    middle = widget.screen().availableGeometry().center()
    widget.setGeometry(QRect(middle.x() - 60, middle.y() - 30, 120, 60))
    with qtbot.waitExposed(widget):
        widget.show()
    screens.resize_within(widget, 400, 300)
    assert abs(widget.frameGeometry().center().x() - middle.x()) <= 1
    assert abs(widget.frameGeometry().center().y() - middle.y()) <= 1
