"""Scrolling by dragging."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from lungview.ui.pane.tools.scroll import LEAST, MOST
from lungview.ui.shell.main_window import MainWindow
from tests.ui import hands
from tests.ui.conftest import make_slice

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(("down", "index"), [(3 * MOST + 1, 3), (-50, 0), (20 * MOST, 5)])
def test_down_goes_on_and_up_goes_back_within_the_stack(
    show: Callable[..., MainWindow], down: float, index: int
) -> None:
    window = show(*(make_slice(n) for n in range(6)))
    window.actions_table["tool.scroll"].trigger()
    hands.drag(window.session.viewport, LEFT, (100, 100), (100, 100 + down / 2), (100, 100 + down))
    assert window.session.viewport.state.index == index


def test_there_and_back_is_the_slice_it_began_on(show: Callable[..., MainWindow]) -> None:
    window = show(*(make_slice(n) for n in range(6)))
    window.actions_table["tool.scroll"].trigger()
    window.session.stack.go(2)
    hands.drag(window.session.viewport, LEFT, (100, 100), (100, 100 + 2 * MOST), (100, 100))
    assert window.session.viewport.state.index == 2


def test_a_long_stack_goes_by_the_least_a_hand_can_aim_at(show: Callable[..., MainWindow]) -> None:
    window = show(*(make_slice(n, 4, 4) for n in range(900)))
    window.actions_table["tool.scroll"].trigger()
    hands.drag(window.session.viewport, LEFT, (100, 100), (100, 100 + 10 * LEAST))
    assert window.session.viewport.state.index == 10
