"""The measuring tool under a real mouse: a click, a box, and the menu over the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu

from lungview.nodules.finding import Source
from lungview.ui.nodules.tool import place_mm
from tests.nodules.second_reader.test_second_look import THORAX
from tests.ui import pointing
from tests.ui.nodules.conftest import findings_of, search_of
from tests.ui.nodules.test_findings import nodule_index
from tests.ui.waiting import heard


@pytest.fixture
def on_slice(qtbot, window, go, thorax):
    """The phantom's nodule on screen, and its row and column."""
    go(window, thorax)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    window.actions_table["tool.nodule"].trigger()
    _, row, column = THORAX.nodule
    return row, column


def own(window):
    found = findings_of(window)
    return found.list_of(found.opened()).own


def test_a_box_around_the_nodule_measures_it(qtbot, window, on_slice):
    row, column = on_slice
    with heard(qtbot, search_of(window).measured, timeout=30_000):
        pointing.drag(window.session.viewport, (column - 6, row - 6), (column + 7, row + 7))
    (listed,) = own(window)
    assert listed.located.finding.source is Source.READER
    assert listed.located.finding.long_mm == pytest.approx(18, abs=5)


def test_a_press_and_release_on_it_measures_it(qtbot, window, on_slice):
    row, column = on_slice
    with heard(qtbot, search_of(window).measured, timeout=30_000):
        pointing.drag(window.session.viewport, (column, row), (column, row))
    assert len(own(window)) == 1


def test_a_box_in_muscle_is_refused(qtbot, window, on_slice):
    with heard(qtbot, search_of(window).refused, timeout=60_000) as told:
        pointing.drag(window.session.viewport, (118, 195), (128, 203))
    assert told[0][0]
    assert own(window) == ()


def test_the_menu_over_the_picture_measures_there(qtbot, window, on_slice):
    row, column = on_slice
    viewport, menu = window.session.viewport, QMenu(window)
    menu.addMenu("Window")
    at = viewport.image_to_widget(QPointF(column + 0.5, row + 0.5))
    window.session.menu_opening.emit(viewport, menu, at)
    action = next(each for each in menu.actions() if "Measure" in each.text())
    with heard(qtbot, search_of(window).measured, timeout=30_000):
        action.trigger()
    assert len(own(window)) == 1


def test_a_point_of_the_slice_is_the_phantoms_place(window, on_slice):
    row, column = on_slice
    shown = window.session.viewport.state.slice
    index, *_ = THORAX.nodule
    x, y, z = THORAX.position(index)
    true = x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z
    found = place_mm(shown, QPointF(column + 0.5, row + 0.5))
    assert np.linalg.norm(np.subtract(found, true)) < 0.01
