"""QApplication, executors, one place for start and end."""

from __future__ import annotations

from collections.abc import Sequence


def run(paths: Sequence[str]) -> int:
    """Open the window on paths. Returns the exit code."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication.instance() or QApplication([])
    window = QMainWindow()
    window.setWindowTitle("LungView" if not paths else str(paths[0]))
    window.show()
    return int(application.exec())
