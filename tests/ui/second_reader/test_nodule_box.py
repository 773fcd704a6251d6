"""A box that a reader drags about a nodule, for a nodule model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.reading import install, square


def drag_box(window, start: QPointF, end: QPointF) -> None:
    view = window.session.viewport
    window.actions_table["tool.nodule_box"].setChecked(False)
    window.actions_table["tool.nodule_box"].trigger()
    first, last = (view.image_to_widget(p).toPoint() for p in (start, end))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(view, last)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=last)


def test_a_dragged_box_is_judged_by_a_nodule_model(qtbot, show, reader):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    reader.choose("nodule")
    drag_box(show(square()), QPointF(100, 20), QPointF(140, 60))
    qtbot.waitUntil(lambda: reader.case() is not None, timeout=10_000)
    box = reader.box(reader.slice)
    assert box.left == pytest.approx(100, abs=1)
    assert box.bottom == pytest.approx(60, abs=1)
    assert reader.case().prediction is not None


def test_a_box_drawn_for_a_model_of_whole_slices_is_kept_and_that_is_said(qtbot, show, reader):
    window = show(square())
    with qtbot.waitSignal(window.session.told) as told:
        drag_box(window, QPointF(100, 20), QPointF(140, 60))
    assert "judges whole slices" in told.args[0]
    assert reader.box(reader.slice) is not None
    assert not reader.busy


def test_a_click_in_the_box_takes_it_away_and_one_beside_it_does_not(show, reader):
    window = show(square())
    drag_box(window, QPointF(100, 20), QPointF(140, 60))
    drag_box(window, QPointF(20, 20), QPointF(20, 20))
    assert reader.box(reader.slice) is not None
    drag_box(window, QPointF(120, 40), QPointF(120, 40))
    assert reader.box(reader.slice) is None
