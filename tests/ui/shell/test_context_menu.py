"""What a right click in a view offers, and a double click does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from tests.ui.conftest import make_slice


@pytest.fixture
def texts(show):
    """The menu at a point of a view with a picture, as its texts."""
    window = show(make_slice(0))

    def ask() -> list[str]:
        window.session.viewport.menu_wanted.emit(QPointF(20, 20), QPoint(40, 40))
        (menu,) = (each for each in window.findChildren(QMenu) if each.isVisible())
        said = [action.text() for action in menu.actions() if not action.isSeparator()]
        menu.close()
        return said

    return ask


def test_presets_come_first_then_the_camera_then_ways_out(texts):
    said = texts()
    assert said[0] == "Window"
    assert said.index("Fit") < said.index("Invert") < said.index("Copy picture")


def test_a_feature_adds_to_the_menu_of_the_view_that_was_clicked(window, texts):
    def add(viewport: object, menu: QMenu, _at: QPointF) -> None:
        assert viewport is window.session.viewport
        menu.addAction(QAction("From a feature", menu))

    window.session.menu_opening.connect(add)

    assert texts()[-1] == "From a feature"


def test_a_double_click_leaves_the_picture_alone_on_the_screen_and_another_brings_all_back(qtbot, window):
    viewport = window.session.viewport
    before = {name for name, dock in window.docks.items() if dock.isVisible()}
    assert before

    viewport.double_clicked.emit()
    assert window.isFullScreen()
    assert not [dock for dock in window.docks.values() if dock.isVisible()]

    viewport.double_clicked.emit()
    assert not window.isFullScreen()
    assert {name for name, dock in window.docks.items() if dock.isVisible()} == before


def test_after_the_full_screen_the_panel_that_was_in_front_is_in_front(qtbot, window):
    window.to_front("findings")
    qtbot.waitUntil(lambda: not window.docks["findings"].visibleRegion().isEmpty())

    for _ in range(2):
        window.actions_table["view.full_screen"].trigger()

    qtbot.waitUntil(lambda: not window.docks["findings"].visibleRegion().isEmpty())
    assert window.docks["prediction"].visibleRegion().isEmpty()
