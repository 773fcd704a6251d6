"""From one run to the next: recent files, where the window was, what was open when it ended badly."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QLockFile, QObject, QTimer
from PySide6.QtWidgets import QMenu, QVBoxLayout

from lungview import paths, recent
from lungview.files import write_atomically
from lungview.recent import OpenSession
from lungview.ui.message_bar import MessageBar

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow

_SETTLE_MS = 1500  # between scrolling and writing down where
_LAYOUT_VERSION = 1


def install(window: MainWindow) -> None:
    Continuity(window)


def _layout_path() -> Path:
    return paths.data() / "window.json"


def restore_layout(window: MainWindow) -> None:
    """Put window and docks where they were; a bad file is passed over."""
    try:
        kept = json.loads(_layout_path().read_text(encoding="utf-8"))
        geometry, state = (QByteArray(base64.b64decode(kept[key])) for key in ("geometry", "state"))
    except (OSError, ValueError, KeyError, TypeError):
        return
    window.restoreGeometry(geometry)
    window.restoreState(state, _LAYOUT_VERSION)


def keep_layout(window: MainWindow) -> None:
    parts = {"geometry": window.saveGeometry(), "state": window.saveState(_LAYOUT_VERSION)}
    text = json.dumps({key: base64.b64encode(bytes(part.data())).decode() for key, part in parts.items()})
    try:
        write_atomically(_layout_path(), text.encode())
    except OSError:
        return  # the window's place is not worth a word


class Continuity(QObject):
    """Watches a window's session and writes down what is open; clean only when the window was closed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("continuity")
        self._window, self._session = window, window.session
        self._menu = QMenu(window)
        window.actions_table.handle("file.recent", lambda: None).setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._now = OpenSession(clean=False)
        self._lock: QLockFile | None = None
        self._wanted: OpenSession | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._keep)
        self._session.opening.connect(self._on_opening)
        self._session.series_shown.connect(self._on_series)
        self._session.index_wanted.connect(self._on_index)
        self._session.scan_ended.connect(lambda _: self._return_to_place())
        self._session.closed.connect(self._on_closed)

    def begin(self) -> OpenSession:
        """Start watching for a crash. Returns the last run's session; a clean one beside a running window."""
        paths.data().mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(paths.data() / "session.lock"))
        lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however young it is
        if not lock.tryLock(0):
            return OpenSession()
        self._lock = lock
        last = recent.last_session()
        crashes = last.crashes + 1 if last.crashed else 0
        self._now = replace(self._now, crashes=crashes)
        self._keep()
        return replace(last, crashes=crashes)

    def offer(self, last: OpenSession) -> MessageBar | None:
        """Offer to open what was open before a crash; after a second one in a row, say so."""
        if not last.crashed or not last.paths:
            return None
        text = self.tr("LungView did not end properly the last time.")
        if last.crashes > 1:
            text = self.tr("LungView ended badly %1 times in a row; what was open may be the cause.")
            text = text.replace("%1", str(last.crashes))
        answers = [
            (self.tr("Open what was open"), lambda: self.restore(last)),
            (self.tr("Start empty"), lambda: None),
        ]
        return self.say(text, answers)

    def say(self, text: str, answers: Sequence[tuple[str, object]]) -> MessageBar:
        """Put a line above the picture."""
        bar = MessageBar(text, answers)  # type: ignore[arg-type]
        middle = self._window.centralWidget()
        layout = None if middle is None else middle.layout()
        assert isinstance(layout, QVBoxLayout), "the window stacks its views below such lines"
        layout.insertWidget(0, bar)
        return bar

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
        absolute = tuple(str(Path(path).absolute()) for path in opened)
        self._now = replace(self._now, paths=absolute, series_uid="", index=0)
        recent.opened(opened)
        self._timer.start()

    def _on_series(self, series: object) -> None:
        self._now = replace(self._now, series_uid=str(getattr(series, "key", "")))
        self._timer.start()

    def _on_index(self, index: int) -> None:
        self._now = replace(self._now, index=index)
        self._timer.start()

    def _keep(self) -> None:
        if self._lock is not None:
            recent.keep_session(self._now)

    def _on_closed(self) -> None:
        self._timer.stop()
        keep_layout(self._window)
        if self._lock is not None:
            recent.keep_session(replace(self._now, clean=True, crashes=0))
            self._lock.unlock()
            self._lock = None

    def _fill_menu(self) -> None:
        self._menu.clear()
        for path in recent.recent():
            action = self._menu.addAction(path.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=path: self._session.open([path]))
        if self._menu.isEmpty():
            self._menu.addAction(self.tr("Nothing yet")).setEnabled(False)
            return
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Forget these")).triggered.connect(lambda: recent.forget())
