"""QApplication, the window, and one place for start and end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from lungview import __version__
from lungview.errors import SettingsError
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start import early

if TYPE_CHECKING:
    from lungview.settings import Loaded
    from lungview.ui.studies.session import Session

# Raised and ground of the first window, black but for its bars: the theme itself comes with the settings.
FIRST = {"dark": ("#2a3038", "#1b1f24"), "light": ("#e4e8ec", "#f1f3f5")}


def application() -> QApplication:
    """The one QApplication, named."""
    found = QApplication.instance()
    made = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("LungView")
    made.setApplicationDisplayName("LungView")
    made.setApplicationVersion(__version__)
    made.setDesktopFileName("lungview")
    return made


def load(safe: bool = False) -> Loaded:
    """What takes long at start: libraries, readers, modules, settings. For a background thread: no Qt object
    is made, only classes.
    """
    _import_pydicom()
    from lungview import settings
    from lungview.sources import cache  # noqa: F401 loaded for the first file that is opened
    from lungview.sources.files import scan  # noqa: F401 the same
    from lungview.ui.start import assembly  # noqa: F401 loaded for `equip`
    from lungview.ui.studies import session  # noqa: F401 the same

    early.collect()
    return settings.Loaded(settings.Settings()) if safe else settings.load()


def _import_pydicom() -> None:
    """Import pydicom without what it would fetch its own test files with.

    A viewer has no business on the network, and it is a third of pydicom's import.
    """
    with early.hidden("requests", "tqdm"):
        import pydicom  # noqa: F401


def load_rest() -> None:
    """What the first report and batch need, so that they open at once. For a background thread, when
    what is to be read is being read: a start need not wait for it.
    """
    from lungview.ui.batch import panel  # noqa: F401
    from lungview.ui.report import desk  # noqa: F401


Begin = Callable[[MainWindow], None]
_REST_MS = 1000  # from the equipped window to what need not be there at first


def equip(window: MainWindow, loaded: Loaded) -> None:
    """Give the window its session; problems with the settings are told in its status bar."""
    from lungview.ui.language import retranslate, speaking
    from lungview.ui.shell import theme
    from lungview.ui.studies.session import Session

    try:
        retranslate.switch(speaking.wanted(loaded.settings.language))
    except SettingsError as error:
        loaded = replace(loaded, problems=(*loaded.problems, str(error)))
    theme.apply(application(), loaded.settings.theme)
    window.equip(Session(loaded.settings))
    window.session.workspace.keeps_settings = not window.safe
    for problem in loaded.problems:
        window.session.told.emit(problem)


def new_window(session: Session | None = None) -> MainWindow:
    """A window; with a session it has its views, and panels and actions one by one after."""

    def assemble(window: MainWindow) -> Iterator[Callable[[], None]]:
        from lungview.ui.start import assembly

        return assembly.begin(window)

    return MainWindow(assemble, session)


def start(opened: Sequence[str], begin: Begin | None = None, *, safe: bool = False) -> MainWindow:
    """A window that is up at once and gets ready while it is; it then opens the paths.

    begin: gets the window when it has a session, before a file is read. safe: with the default settings and
    layout, and keeping neither.
    """
    wanted = "dark" if safe else early.setting("theme")
    raised, ground = FIRST["light" if wanted == "light" else "dark"]
    application().setPalette(QPalette(QColor(raised), QColor(ground)))
    window = new_window()
    window.safe = safe

    def go_on(loaded: Loaded) -> None:
        if not window.isVisible():
            return  # closed again before it was ready
        equip(window, loaded)
        if begin is not None:
            begin(window)
        if opened:
            window.open(opened)

    def fail(error: BaseException) -> None:
        raise error  # nothing works without: `sys.excepthook` tells it

    def prepare() -> None:
        from lungview.ui.studies.tasks import Tasks

        loading = Tasks(parent=window)
        window.closing.connect(lambda: loading.close(0.0))
        rest = loading.timer(
            _REST_MS, lambda: loading.run(load_rest, on_result=lambda _: None, on_error=fail)
        )
        window.equipped.connect(rest.start)
        loading.run(load, safe, on_result=go_on, on_error=fail)

    window.painted.connect(prepare)
    window.show()
    return window


def favour_window() -> None:
    """Let the window's thread have its turn within a millisecond of a worker's Python, not five."""
    sys.setswitchinterval(0.001)


def run(opened: Sequence[str], begin: Begin | None = None, *, safe: bool = False) -> int:
    """Open the window on paths; `begin` and `safe` as in `start`. Returns the exit code."""
    favour_window()
    early.spare_sources()
    qt = application()
    window = start(opened, begin, safe=safe)
    code = int(qt.exec())
    if window.finished and not window.session.closed_in_time:
        # A decoder that cannot be interrupted still runs; Python would wait for its thread.
        import logging

        logging.getLogger(__name__).warning("a background call was still running at the end")
        logging.shutdown()
        os._exit(code)
    return code
