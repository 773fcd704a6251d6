"""A step to the next slice paints the views, and nothing that says the same as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lungview.ui.second_reader.panels.prediction import PredictionPanel
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.shell.window_fields import WindowFields
from tests.ui.conftest import make_slice

SLICES = [make_slice(index, values=np.full((40, 60), 10.0 * index, np.float32)) for index in range(4)]


class Watch(QObject):
    """Which widgets had to do something, by kind of event and class."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, str]] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen[event.type().name, type(watched).__name__] += 1
        return False


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """A window that has just been opened is still being laid out; its slider asks what is in memory."""
    for index in (1, 0, 1):
        window.session.stack.go(index)
        qtbot.wait(150)


def stepped(window: MainWindow, index: int) -> Counter[tuple[str, str]]:
    """What a step brings about, all of it."""
    watch, application = Watch(), QApplication.instance()
    assert application is not None
    QApplication.processEvents()
    application.installEventFilter(watch)
    window.session.stack.go(index)
    QApplication.processEvents()
    application.removeEventFilter(watch)
    return watch.seen


def test_a_step_paints_the_view_and_its_slider_alone(show: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = show(*SLICES)
    settled(window, qtbot)
    painted = {name for kind, name in stepped(window, 2) if kind == "Paint"}
    assert painted <= {"Viewport", "SliceBar", "ViewFrame"}
    assert "Viewport" in painted


def test_a_step_lays_no_panel_out_anew(show: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = show(*SLICES)
    settled(window, qtbot)
    seen = stepped(window, 3)
    assert not [name for kind, name in seen if kind in ("LayoutRequest", "ShowToParent", "HideToParent")]


def test_what_differs_is_said_all_the_same(show: Callable[..., MainWindow]) -> None:
    window = show(*SLICES)
    panel = window.findChild(PredictionPanel)
    fields = window.findChild(WindowFields)
    assert isinstance(panel, PredictionPanel)
    assert isinstance(fields, WindowFields)
    before = panel.verdict.text()
    window.session.stack_of(window.session.viewport).empty()
    assert panel.verdict.text() != before
    assert not fields.isEnabled()
