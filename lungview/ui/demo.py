"""The demo in the window: the sample is opened; asked for a picture, the window is drawn to it and closes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from lungview.errors import ReportError
from lungview.ui import app
from lungview.ui.main_window import MainWindow

_SETTLE = 400  # ms after the answer, for the last repaint
_PATIENCE = 60_000  # ms; a picture of whatever is there then


def run(sample: Path, screenshot: Path | None) -> int:
    """Open the window on the sample. Returns the exit code; raises ReportError for a bad picture file."""
    failed: list[Path] = []

    def begin(window: MainWindow) -> None:
        if screenshot is not None:
            _picture_when_answered(window, screenshot, failed)

    code = app.run([str(sample)], begin)
    if failed:
        raise ReportError("the picture could not be written", failed[0])
    return code


def _picture_when_answered(window: MainWindow, path: Path, failed: list[Path]) -> None:
    def take() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not window.grab().save(str(path)):
            failed.append(path)
        window.close()
        QApplication.quit()

    window.session.slice_shown.connect(lambda _: QTimer.singleShot(_SETTLE, window, take))
    QTimer.singleShot(_PATIENCE, window, take)
