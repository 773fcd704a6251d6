"""QApplication, the window, and one place for start and end."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from lungview import __version__, settings
from lungview.ui import theme
from lungview.ui.main_window import MainWindow
from lungview.ui.session import Session

log = logging.getLogger(__name__)


def application() -> QApplication:
    """The one QApplication, named."""
    found = QApplication.instance()
    made = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("LungView")
    made.setApplicationDisplayName("LungView")
    made.setApplicationVersion(__version__)
    made.setDesktopFileName("lungview")
    return made


def make_window(loaded: settings.Loaded) -> MainWindow:
    """A window with its session; problems with the settings are told in its status bar."""
    theme.apply(application(), loaded.settings.theme)
    window = MainWindow(Session(loaded.settings))
    for problem in loaded.problems:
        window.session.told.emit(problem)
    return window


def run(paths: Sequence[str], begin: Callable[[MainWindow], None] | None = None) -> int:
    """Open the window on paths. begin: gets the window before a file is read. Returns the exit code."""
    qt = application()
    window = make_window(settings.load())
    window.show()
    if begin is not None:
        begin(window)
    if paths:
        QTimer.singleShot(0, window, lambda: window.session.open(paths))
    code = int(qt.exec())
    if not window.session.closed_in_time:
        # A decoder that cannot be interrupted still runs; Python would wait for its thread.
        log.warning("a background call was still running at the end")
        logging.shutdown()
        os._exit(code)
    return code
