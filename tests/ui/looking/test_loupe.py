"""The loupe: three times larger about the mouse, and in no export."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from lungview.ui.layout import export
from lungview.ui.looking.loupe import MAGNIFIED, RADIUS
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import phantom
from tests.ui.layout.test_export import pixels


@pytest.fixture
def viewport(show: Callable[..., MainWindow]) -> Viewport:
    window = show(phantom())
    window.actions_table["view.text"].trigger()
    window.actions_table["view.loupe"].trigger()
    window.actions_table["view.nearest"].trigger()
    return window.session.viewport


def _screen(viewport: Viewport) -> np.ndarray:
    return pixels(viewport.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))


def test_what_lies_beside_the_mouse_lies_three_times_as_far_away(viewport: Viewport) -> None:
    """The disc's edge is 20 pixels from its centre: point 2 pixels inside it, and look 6 zoomed pixels on."""
    pointing.move(viewport, 68, 40)
    at = viewport.image_to_widget(QPointF(68, 40)).toPoint()
    plain = viewport.zoom
    shown = _screen(viewport)[at.y()]
    inside, outside = (
        shown[at.x() + round(1.4 * MAGNIFIED * plain)],
        shown[at.x() + round(3 * MAGNIFIED * plain)],
    )
    assert 3 * MAGNIFIED * plain < RADIUS
    assert inside[0] < 170 < outside[0]  # −700 and 40 HU in the lung window


def test_without_a_mouse_or_switched_off_there_is_none(viewport: Viewport, qtbot) -> None:
    pointing.move(viewport, 50, 40)
    with_loupe = _screen(viewport)
    viewport.pointed.emit(None)
    assert not np.array_equal(_screen(viewport), with_loupe)


def test_it_is_in_no_export(viewport: Viewport) -> None:
    pointing.move(viewport, 68, 40)
    exported = pixels(export.rendered(viewport, patient=False))
    window = viewport.window()
    assert isinstance(window, MainWindow)
    window.actions_table["view.loupe"].trigger()
    assert np.array_equal(pixels(export.rendered(viewport, patient=False)), exported)


def test_at_the_edge_of_the_picture_and_in_colours_it_paints(viewport: Viewport) -> None:
    window = viewport.window()
    assert isinstance(window, MainWindow)
    window.actions_table["view.colours_pet"].trigger()
    for x, y in ((0, 0), (99, 79)):
        pointing.move(viewport, x, y)
        assert _screen(viewport).any()
