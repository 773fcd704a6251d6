"""What `lungview [PATH…]` does around the window: one window a user, the notice, crashes, safe mode.

Little is imported at the top: what is, is loaded before the window is up.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLockFile, QSocketNotifier, Qt

from lungview import paths, recent
from lungview.files import private_folder
from lungview.recent import OpenSession
from lungview.ui.start import app, early

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow

SAFE_AFTER = 2  # crashes in a row


def run(opened: Sequence[str], *, safe: bool = False) -> int:
    """Open the window on paths, or hand them to the window that is open. Returns the exit code.

    safe: defaults instead of the user's settings and layout, for this run. So it is after two crashes in
    a row: one of the two may be the cause.
    """
    app.application()
    lock = run_lock()
    if lock is None and not safe and _one_window() and _handed_over(opened):
        return 0
    last = recent.last_session() if lock is not None else OpenSession()
    if last.crashed:
        last = replace(last, crashes=last.crashes + 1)
    safe = safe or last.crashes >= SAFE_AFTER

    def begin(window: MainWindow) -> None:
        _watch_errors(window)
        window.equipped.connect(partial(_on_equipped, window, lock, last, bool(opened)))

    return app.run(opened, begin, safe=safe)


def _lock_path() -> Path:
    return paths.data() / "session.lock"


def run_lock() -> QLockFile | None:
    """The lock of the one run that is watched for a crash; None beside a running window, and where the user's
    folder cannot be made: reading needs none.
    """
    try:
        private_folder(paths.data())
    except OSError:
        return None
    lock = QLockFile(str(_lock_path()))
    lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however young it is
    return lock if lock.tryLock(0) else None


def _handed_over(opened: Sequence[str]) -> bool:
    from lungview.ui.start import single_instance

    return single_instance.hand_over(opened)


def _one_window() -> bool:
    """The setting, read without loading all of them: this start may be over in a moment."""
    return early.setting("single_instance") in (None, True)


def _on_equipped(window: MainWindow, lock: QLockFile | None, last: OpenSession, busy: bool) -> None:
    """The window is ready. busy: it was started with something to open."""
    from lungview.ui.help.feature import Help
    from lungview.ui.settings.preferences import Preferences
    from lungview.ui.start.continuity import Continuity

    services = window.workspace.services
    continuity, preferences = services.find(Continuity), services.find(Preferences)
    assert continuity is not None
    assert preferences is not None
    if window.safe:
        _say_safe(window)
    _close_on_signals(window)
    if lock is not None:
        continuity.watch(lock, last.crashes)
        _listen(window)
    asked = continuity.offer(last) if window.session.settings.restore_session and not busy else None
    guide = services.find(Help)
    if guide is not None and asked is None and not busy and not window.safe:
        guide.offer_tour()
    preferences.show_notice_when_due()


def _watch_errors(window: MainWindow) -> None:
    """Log what nobody foresaw, and let it reach the reader too: a line in the window."""
    from lungview import logs

    hooks = sys.excepthook, threading.excepthook
    logs.start()
    log = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log(kind, error, trace)
        said = QCoreApplication.translate("Startup", "Something went wrong (%1). What is shown may be old.")
        window.session.told.emit(said.replace("%1", kind.__name__))

    def restore() -> None:
        logs.stop()
        sys.excepthook, threading.excepthook = hooks

    sys.excepthook = tell
    window.closing.connect(restore)


def _close_on_signals(window: MainWindow) -> None:
    """Close the window on SIGTERM and SIGINT: the end of a desktop session is no crash.

    Not on Windows: it closes windows by a message, and its socket pair would be an internet socket.
    """
    if sys.platform == "win32":
        return
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    # Python's own handlers have nothing to do: the byte that they leave behind wakes Qt's loop.
    handlers = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(window.close)

    def restore() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(wakeup)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        reader.close()
        writer.close()

    window.closing.connect(restore)


def _listen(window: MainWindow) -> None:
    from lungview.ui.start.single_instance import SingleInstance

    instance = SingleInstance(window)
    instance.paths_received.connect(partial(_on_paths, window))
    window.closing.connect(instance.close)
    if not instance.listen():
        window.session.told.emit(
            QCoreApplication.translate("Startup", "A second start will open a window of its own.")
        )


def _on_paths(window: MainWindow, opened: list[str]) -> None:
    """A second start: come to the front and open what it was given."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    if opened:
        window.open(opened)


def _say_safe(window: MainWindow) -> None:
    text = QCoreApplication.translate(
        "Startup", "Safe mode: settings and layout are the defaults for this run; your own are kept."
    )
    window.ask(text, [(QCoreApplication.translate("Startup", "Close"), lambda: None)])
