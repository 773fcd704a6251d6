"""The demo in the window: the sample is opened; asked for a picture, the window is drawn to it and closes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from lungview.errors import ReportError
from lungview.ui.second_reader import reader as second_reader
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start import app

_SETTLE = 400  # ms after the answer, for the last repaint
_PATIENCE = 60_000  # ms; a picture of whatever is there then


def run(sample: Path, screenshot: Path | None) -> int:
    """Open the window on the sample. Returns the exit code; raises ReportError for a bad picture file."""
    failed: list[Path] = []

    def begin(window: MainWindow) -> None:
        shown = Demo(window)
        if screenshot is not None:
            shown.answered.connect(lambda: _when_equipped(window))

    def _when_equipped(window: MainWindow) -> None:
        if not window.finished:  # a slow machine: the answer came before the last panel
            window.equipped.connect(lambda: _when_equipped(window))
            return
        QTimer.singleShot(_SETTLE, window, lambda: _take(window))

    def _take(window: MainWindow) -> None:
        assert screenshot is not None
        screenshot.parent.mkdir(parents=True, exist_ok=True)
        if not window.grab().save(str(screenshot)):
            failed.append(screenshot)
        window.close()
        QApplication.quit()

    code = app.run([str(sample)], begin)
    if failed:
        raise ReportError("the picture could not be written", failed[0])
    return code


class Demo(QObject):
    """Goes to the middle of the sample once it is listed, and has that slice classified."""

    answered = Signal()  # once: there is an answer, or no model to give one

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._session = window.session
        self._begun, self._ended = False, False
        self._reader = second_reader.of(window.session)
        window.session.scan_ended.connect(lambda _: self._go())
        window.session.slice_shown.connect(lambda _: self._classify())
        self._reader.answer_changed.connect(self._check)
        QTimer.singleShot(_PATIENCE, self, self._end)

    def _go(self) -> None:
        self._begun = True
        self._session.stack.go(self._session.stack.count // 2)
        self._classify()

    def _classify(self) -> None:
        stack = self._session.stack
        if not self._begun or self._ended or stack.pending or stack.index != stack.count // 2:
            return
        if self._reader.entry is None:
            self._end()
        elif self._reader.case() is None:
            self._reader.run()

    def _check(self) -> None:
        if self._begun and self._reader.case() is not None:
            self._end()

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self.answered.emit()
