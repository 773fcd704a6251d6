"""A canvas says by itself what lies where, without hands or layers."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF

from lungview.ui.pane.canvas import Canvas
from tests.ui.conftest import make_slice


@pytest.fixture
def canvas(qtbot: Any) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show_slice(make_slice(), 0, 1)
    return made


def test_a_point_of_the_picture_goes_to_the_widget_and_back(canvas: Canvas) -> None:
    there = canvas.image_to_widget(QPointF(3.5, 7.25))
    assert canvas.widget_to_image(there).toTuple() == pytest.approx((3.5, 7.25))


def test_the_value_under_the_mouse_is_told_and_taken_back(canvas: Canvas) -> None:
    told: list[str] = []
    canvas.value_changed.connect(told.append)
    canvas.point(QPointF(3.5, 7.5))
    assert canvas.value_text.endswith("(3, 7)")
    canvas.point(None)
    assert told == [told[0], ""]
