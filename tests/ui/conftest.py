"""A session over slices in memory: no files, no waiting for a decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from lungview import paths
from lungview.image.slice import Slice
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
from lungview.viewer.second_reader import reader as second_reader
from tests.in_memory import AXIAL, PATIENT, STUDY, MemoryCache, MemorySeries, make_slice

__all__ = ["AXIAL", "PATIENT", "STUDY", "MemoryCache", "MemorySeries", "make_slice"]

PATIENCE = 30_000  # ms; a computer with other work to do is slow, not wrong


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits for as long as a loaded computer may need, where a test names no time of its own."""
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE))
    return qtbot


@pytest.fixture(autouse=True)
def _no_window_is_left(qapp) -> Iterator[None]:
    """A window that outlives its test slows every later one, and hides what keeps it alive."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow)] == []


@pytest.fixture(autouse=True)
def _no_key_is_held(qapp) -> None:
    """Qt takes the Shift of a simulated key or click for held: a table then takes no row that is chosen."""
    QTest.keyRelease(QWidget(), Qt.Key.Key_Escape)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Makes windows that are up, 900 × 700, over the files of this computer where no session is given."""
    made: list[MainWindow] = []

    def make(session: Session | None = None) -> MainWindow:
        window = new_window(session or Session())
        made.append(window)
        qtbot.addWidget(window)
        window.resize(900, 700)
        with qtbot.waitExposed(window):
            window.show()
        qtbot.waitUntil(lambda: window.finished)
        return window

    yield make
    for each in made:
        each.close()


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    """A window over slices in memory, with nothing open."""
    return make_window(Session(cache=MemoryCache({})))  # type: ignore[arg-type]


@pytest.fixture
def real(make_window: Callable[..., MainWindow]) -> MainWindow:
    """A window over real files, with nothing open."""
    return make_window()


@pytest.fixture
def go(qtbot: QtBot, real: MainWindow) -> Callable[..., None]:
    """Opens paths in it and waits for the picture, or the reason why there is none."""

    def open_and_wait(*paths: Path) -> None:
        with qtbot.waitSignal(real.session.scan_ended, timeout=10_000):
            real.session.open(paths)
        qtbot.waitUntil(lambda: not real.session.stack.pending)

    return open_and_wait


def whole(window: MainWindow) -> MainWindow:
    """The window with every panel made, as once a reader has looked at all of them."""
    for panel in window.panels.values():
        assert panel is not None
    return window


@pytest.fixture
def show(window: MainWindow) -> Callable[..., MainWindow]:
    """Shows slices as one series in the active view."""

    def show_slices(*slices: Slice) -> MainWindow:
        cache: MemoryCache = window.session.cache  # type: ignore[assignment]
        cache.slices.update({each.instance: each for each in slices})
        window.session.show(MemorySeries(tuple(each.instance for each in slices)))  # type: ignore[arg-type]
        return window

    return show_slices


@pytest.fixture
def models(monkeypatch, tmp_path):
    """One small model, the user's own, and no shipped ones."""
    from tests.ui.reading import install

    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    install()


@pytest.fixture
def reader(models, window):
    """The window's second reader."""
    found = second_reader.of(window.workspace)
    found.list_models()  # the window may be older than the models
    return found


@pytest.fixture
def drawing(show: Callable[..., MainWindow]) -> MainWindow:
    """The phantom on screen, about six screen pixels a pixel, and a second slice behind it."""
    from tests.ui.annotating import phantom

    return show(phantom(), make_slice(1, 80, 100))
