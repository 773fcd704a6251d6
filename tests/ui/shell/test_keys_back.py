"""Who has the keys when what had them is hidden or switched off."""

from __future__ import annotations

import pytest

from tests.ui.conftest import make_slice, whole


@pytest.fixture
def opened(show, qtbot):
    """A window on 30 slices, in front, its picture with the keys."""
    window = show(*(make_slice(index) for index in range(30)))
    window.activateWindow()
    window.session.viewport.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_closing_a_panel_gives_the_keys_back_to_the_picture(opened, qtbot):
    dock = opened.docks["opinion"]
    dock.show()
    opened.panels["opinion"].label.setFocus()
    dock.close()
    qtbot.waitUntil(lambda: opened.focusWidget() is opened.session.viewport)


def test_a_layout_that_hides_the_view_with_the_keys_gives_them_to_one_in_sight(opened, qtbot):
    grid = opened.grid
    grid.show_views(4)
    opened.session.activate(grid.frames[3].viewport)
    grid.frames[3].viewport.setFocus()
    grid.show_views(1)
    qtbot.waitUntil(lambda: opened.focusWidget() is opened.session.viewport)
    assert opened.session.viewport.isVisible()


def test_a_field_that_is_switched_off_keeps_the_keys_in_its_panel(opened, qtbot):
    dock = opened.docks["opinion"]
    dock.show()
    panel = opened.panels["opinion"]
    panel.label.setFocus()
    panel.label.setEnabled(False)
    qtbot.wait(50)
    assert panel.isAncestorOf(opened.focusWidget())


def test_the_planes_leave_the_keys_with_a_picture(opened, qtbot):
    whole(opened)
    opened.session.viewport.setFocus()
    opened.actions_table["view.mpr"].trigger()
    qtbot.waitUntil(lambda: opened.focusWidget() is opened.session.viewport and opened.grid.shape == (2, 2))
    assert opened.session.viewport.isVisible()
