"""A start with a path: the picture comes before what it does not need."""

import threading

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QToolBar

from lungview.image import phantom
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell import main_window, theme
from lungview.ui.start import app
from lungview.viewer.studies import opening


@pytest.fixture
def series(tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=12, matrix=64))
    return tmp_path


@pytest.fixture
def start(qtbot):
    """Starts a window on paths; it is closed after the test."""
    windows = []

    def start_on(*paths):
        window = app.start([str(path) for path in paths])
        windows.append(window)
        qtbot.addWidget(window)
        return window

    yield start_on
    for window in windows:
        window.close()


def unready(window):
    """What of a window is there that no picture needs: icons, buttons of tools, slices read ahead."""
    session, actions = window.session, window.actions_table
    drawn = [row.id for row in actions.rows if not actions[row.id].icon().isNull()]
    buttons = [each for bar in window.findChildren(QToolBar) for each in bar.actions()]
    return len(drawn), len(buttons), sum(session.cache.cached(session.stack.instances))


def test_the_first_picture_is_painted_before_icons_tools_and_other_slices(qtbot, series, start, monkeypatch):
    monkeypatch.setattr(main_window, "HEAD_START", 20_000)
    seen = []
    painted = Viewport.paintEvent

    def paint(self, event):
        painted(self, event)
        if self.state.slice is not None and not seen:
            seen.append(unready(self.window()))

    monkeypatch.setattr(Viewport, "paintEvent", paint)
    window = start(series)
    qtbot.waitUntil(lambda: window.finished, timeout=20_000)

    assert seen == [(0, 0, 1)]
    icons, buttons, _ = unready(window)
    assert icons > 40
    assert buttons > 30
    qtbot.waitUntil(lambda: unready(window)[2] == 12, timeout=20_000)


def test_a_picture_that_takes_long_holds_up_no_window(qtbot, series, start, monkeypatch):
    come = threading.Event()
    scan = opening.scan
    monkeypatch.setattr(main_window, "HEAD_START", 0)
    monkeypatch.setattr(opening, "scan", lambda *arguments: (come.wait(20), scan(*arguments))[1])
    window = start(series)
    qtbot.waitUntil(lambda: window.finished, timeout=20_000)
    assert window.session.viewport.state.slice is None

    come.set()
    qtbot.waitUntil(lambda: window.session.viewport.state.slice is not None, timeout=20_000)


def test_a_path_with_no_picture_leaves_a_whole_window(qtbot, tmp_path, start, monkeypatch):
    monkeypatch.setattr(main_window, "HEAD_START", 20_000)
    (tmp_path / "a.txt").write_text("notes")
    window = start(tmp_path)
    qtbot.waitUntil(lambda: window.finished, timeout=15_000)

    assert window.session.viewport.state.error is not None


def test_the_buttons_of_the_empty_view_have_the_icons_of_their_actions(qtbot, start):
    window = start()
    qtbot.waitUntil(lambda: window.finished, timeout=20_000)
    button = next(each for each in window.grid.frames[0].findChildren(QPushButton) if "older" in each.text())
    pictures = []
    for name in theme.THEMES:
        window.actions_table.icons.use(name)
        QApplication.processEvents()
        pictures.append(button.icon().pixmap(20).toImage())
        assert pictures[-1] == theme.icon("folder", name).pixmap(20).toImage()
    assert pictures[0] != pictures[1]
