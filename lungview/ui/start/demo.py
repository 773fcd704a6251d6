"""The demo in the window: the sample is opened; asked for a picture, the window is drawn to it and closes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from lungview.errors import ReportError
from lungview.ui.shell.host import Host
from lungview.ui.start import app
from lungview.viewer.nodules import search as searching
from lungview.viewer.nodules.truth import known

_SETTLE = 400  # ms after the answer, for the last repaint
_PATIENCE = 60_000  # ms; a picture of whatever is there then


def run(sample: Path, screenshot: Path | None) -> int:
    """Open the window on the sample. Returns the exit code; raises ReportError for a bad picture file."""
    failed: list[Path] = []

    def begin(host: Host) -> None:
        shown, window = Demo(host), host.widget
        if screenshot is not None:
            # On a slow machine the answer may come before the last panel.
            shown.answered.connect(lambda: host.when_equipped(lambda: _settle(window)))

    def _settle(window: QWidget) -> None:
        QTimer.singleShot(_SETTLE, window, lambda: _take(window))

    def _take(window: QWidget) -> None:
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
    """Has the sample looked through once it is listed, and shows what is found first."""

    answered = Signal()  # once: there is an answer, or no model to give one

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        self._listed, self._equipped, self._begun, self._ended = False, False, False, False
        host.session.scan_ended.connect(lambda _: self._on_listed())
        host.when_equipped(self._on_equipped)
        QTimer.singleShot(_PATIENCE, self, self._end)

    def _on_listed(self) -> None:
        self._listed = True
        self._begin()

    def _on_equipped(self) -> None:
        self._equipped = True
        self._begin()

    def _begin(self) -> None:
        """When both the series is listed and the window has all that looks through it."""
        if not self._listed or not self._equipped or self._begun:
            return
        self._begun = True  # what is opened later is the reader's own
        search = searching.of(self._host.workspace)
        search.said.connect(lambda _: self._on_answer())
        self._host.actions_table["findings.look"].trigger()

    def _on_answer(self) -> None:
        findings = searching.of(self._host.workspace).findings
        opened = findings.opened()
        first = findings.list_of(opened).models[:1] if opened is not None else ()
        for listed in first:
            findings.choose(listed.id)
            compared = known(listed.located)
            if compared is not None:
                self._session.told.emit(f"Synthetic, {compared.words()}")
        self._end()

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self.answered.emit()
