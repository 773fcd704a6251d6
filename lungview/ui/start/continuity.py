"""From one run to the next: recent files, and what was open when the last run ended badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtWidgets import QMenu

from lungview import recent
from lungview.recent import OpenSession

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.ui.shell.message_bar import MessageBar

_SETTLE_MS = 1500  # between scrolling and writing down where


def install(host: Host) -> None:
    Continuity(host)


class Continuity(QObject):
    """Keeps the recent files; once told to `watch`, writes down what is open.

    It writes in a thread of its own, one thing after the other: a slow disk must not hold up the reading.
    """

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        self._session.workspace.services.put(self)
        self._menu = QMenu(host.widget)
        host.actions_table.handle("file.recent", lambda: None).setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._notes: ThreadPoolExecutor | None = ThreadPoolExecutor(1, "lungview-notes")
        self._lock: QLockFile | None = None
        self._crashes = 0
        self._wanted: OpenSession | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._keep)
        self._session.opening.connect(self._on_opening)
        for signal in (self._session.series_shown, self._session.index_wanted):
            signal.connect(lambda _: self._timer.start())
        self._session.scan_ended.connect(lambda _: self._return_to_place())
        host.when_closing(self._on_closing)

    def watch(self, lock: QLockFile, crashes: int) -> None:
        """Write down what is open, holding the one lock of a run. crashes: in a row before this run."""
        self._lock, self._crashes = lock, crashes
        self._keep()

    def offer(self, last: OpenSession) -> MessageBar | None:
        """Offer to open what was open before a crash; after several in a row, say so."""
        if not last.crashed or not last.paths:
            return None
        text = self.tr("LungView did not end properly the last time.")
        if last.crashes > 1:
            text = self.tr("LungView ended badly %1 times in a row; what was open may be the cause.")
            text = text.replace("%1", str(last.crashes))
        answers: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Open what was open"), lambda: self.restore(last)),
            (self.tr("Start empty"), lambda: None),
        ]
        return self._host.ask(text, answers)

    def restore(self, last: OpenSession) -> None:
        """Open what was open, at the slice that was shown."""
        self._session.open(last.paths)
        self._wanted = last

    def _return_to_place(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            series = next((each for each in self._session.series if each.key == wanted.series_uid), None)
            if series is not None:
                self._session.show(series, wanted.index)

    def _on_opening(self, opened: Sequence[Path]) -> None:
        self._wanted = None
        self._note(recent.opened, opened)
        self._timer.start()

    def _open_now(self) -> OpenSession:
        stack = self._session.stack
        key = stack.series.key if stack.series is not None else ""
        # What is being read counts: it may be what ends the program.
        paths = dict.fromkeys((*self._session.paths, *self._session.asked_for))
        absolute = tuple(str(path.absolute()) for path in paths)
        return OpenSession(absolute, key, stack.index, self._crashes, clean=False)

    def _keep(self) -> None:
        if self._lock is not None:
            self._note(recent.keep_session, self._open_now())

    def _note(self, write: Callable[..., object], *args: object) -> None:
        """Write in the thread; nothing once the window has closed."""
        if self._notes is not None:
            self._notes.submit(write, *args)

    def written(self) -> None:
        """Returns when all is written that was to be."""
        if self._notes is not None:
            self._notes.submit(int).result()

    def _on_closing(self) -> None:
        self._timer.stop()
        if self._lock is not None:
            self._note(recent.keep_session, replace(self._open_now(), crashes=0, clean=True))
        notes, self._notes = self._notes, None
        if notes is not None:
            notes.shutdown(wait=True)  # the lock is held until the last word is written
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _fill_menu(self) -> None:
        self._menu.clear()
        self.written()
        for path in recent.recent():
            action = self._menu.addAction(path.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=path: self._session.open([path]))
        if self._menu.isEmpty():
            self._menu.addAction(self.tr("Nothing yet")).setEnabled(False)
            return
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Forget these")).triggered.connect(lambda: recent.forget())
