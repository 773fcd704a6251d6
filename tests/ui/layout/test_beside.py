"""A series that comes into a linked view is shown where the other views are: they do not lose their place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from lungview.ui.browser.series_tree import SERIES_DRAGGED
from tests.ui.layout.test_layouts import NONE, _series, _shown, lung

__all__ = ["lung"]


def _dropped(window, key, at):
    data = QMimeData()
    data.setData(SERIES_DRAGGED, key.encode())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.grid.frames[at].dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, NONE))


@pytest.fixture
def two(lung):
    """Two views, the left one at its third slice; a thin series of the same person beside in the list."""
    other = _series(lung, "other", step=1.0)
    lung.session.series.append(replace(other, study=lung.session.series[-1].study))
    lung.actions_table["view.layout_2"].trigger()
    return lung


def test_a_series_dropped_into_a_linked_view_comes_to_the_place_of_the_others(two):
    two.session.link(True)
    _dropped(two, "other", 1)
    assert _shown(two) == [("now", 2), ("other", 4)]


def test_a_series_chosen_in_the_list_does_too(two):
    two.session.link(True)
    two.session.activate(two.session.viewports[1])
    two.session.show_beside(two.session.series[-1])
    assert _shown(two) == [("now", 2), ("other", 4)]


def test_a_view_that_is_not_linked_begins_at_its_beginning(two):
    two.session.link(False)
    _dropped(two, "other", 1)
    assert _shown(two) == [("now", 2), ("other", 0)]
