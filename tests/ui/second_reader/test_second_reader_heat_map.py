"""The heat map of the second reader in the window: where it lies, and how it is put out of the way."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lungview.ui.second_reader.actions import ReaderActions
from tests.ui.reading import answered, panel, square


def test_a_click_on_a_bar_chooses_the_class_of_the_heat_map(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader, override=True)
    panel(window).bars.bars["plain"].click()
    assert reader.class_index(reader.visible()) == 2
    assert window.panels["heat_map"].of_class.text() == "Heat map of: Nothing"


def test_beside_the_map_stands_what_it_is_not_and_how_often_the_model_is_wrong(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader, override=True)
    text = window.panels["heat_map"].words.text()
    assert "not a localisation" in text
    assert "wrong in" in text


def test_the_network_saw_is_the_prepared_input(qtbot, show, reader):
    window = show(square())
    found = answered(qtbot, reader, override=True).prediction
    assert np.array_equal(window.panels["heat_map"].seen.pixels, found.seen)


def brightest(window) -> QPointF:
    """Where the heat map changes the picture most, in image coordinates."""
    view = window.session.viewport
    on = view.grab().toImage()
    view.change(lambda s: s.over(replace(s.overlays, heat_map=False)))
    off = view.grab().toImage()
    view.change(lambda s: s.over(replace(s.overlays, heat_map=True)))
    a, b = (
        np.frombuffer(i.convertToFormat(i.Format.Format_RGB32).constBits(), np.uint8).astype(int)
        for i in (on, off)
    )
    difference = np.abs(a - b).reshape(on.height(), on.width(), 4).sum(axis=2)
    row, column = np.unravel_index(difference.argmax(), difference.shape)
    return view.widget_to_image(QPointF(column + 0.5, row + 0.5))


@pytest.mark.parametrize(
    "keys", ["", "h", "v", "r", "l", "rh", "rr", "rv"], ids=lambda keys: keys or "as it is"
)
def test_the_heat_map_lies_on_the_square_however_the_picture_is_turned(qtbot, show, reader, keys):
    window = show(square(columns=260))
    answered(qtbot, reader, override=True)
    reader.choose_class("bright")  # the padding of a wide picture is a dark region to this network
    for key in keys:
        QTest.keyClick(window.session.viewport, key)
    window.session.viewport.zoom_by(1.3)
    at = brightest(window)
    assert 100 - 24 <= at.x() <= 140 + 24
    assert 20 - 24 <= at.y() <= 60 + 24


def test_g_tapped_hides_the_heat_map_and_tapped_again_shows_it(qtbot, show, reader):
    window = show(square())
    view = window.session.viewport
    QTest.keyClick(view, Qt.Key.Key_G)
    assert not view.state.overlays.heat_map
    QTest.keyClick(view, Qt.Key.Key_G)
    assert view.state.overlays.heat_map


def test_g_held_hides_the_heat_map_only_while_it_is_held(qtbot, show, reader):
    window = show(square())
    view = window.session.viewport
    QTest.keyPress(view, Qt.Key.Key_G)
    assert not view.state.overlays.heat_map
    qtbot.wait(450)  # a hand's hold; there is no signal to wait for
    QTest.keyRelease(view, Qt.Key.Key_G)
    assert view.state.overlays.heat_map


def test_events_pass_no_filter_of_the_program_but_while_g_is_down(qtbot, show, reader):
    view = show(square()).session.viewport

    def filtered() -> bool:
        called = set()
        sys.setprofile(lambda frame, *_: called.add(frame.f_code))
        view.update()
        QApplication.processEvents()
        sys.setprofile(None)
        return ReaderActions.eventFilter.__code__ in called

    assert not filtered()
    QTest.keyPress(view, Qt.Key.Key_G)
    assert filtered()
    QTest.keyRelease(view, Qt.Key.Key_G)
    assert not filtered()
