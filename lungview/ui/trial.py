"""The window for the self-test: opened on a folder, closed as soon as it shows a slice."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer

from lungview.ui import app
from lungview.ui.main_window import MainWindow


def shows(folder: Path, patience: float) -> bool:
    """Whether the window shows a slice of the folder within `patience` seconds."""
    seen: list[object] = []

    def begin(window: MainWindow) -> None:
        def on_shown(slice_: object) -> None:
            if slice_ is not None:
                seen.append(slice_)
                window.close()

        window.session.slice_shown.connect(on_shown)
        QTimer.singleShot(int(patience * 1000), window, window.close)

    app.run([str(folder)], begin, safe=True)
    return bool(seen)
