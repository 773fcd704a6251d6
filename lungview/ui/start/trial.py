"""The window for the self-test: opened on a folder, closed as soon as it shows a slice; and Qt's plugins."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImageReader, QImageWriter

from lungview.ui.shell.host import Host
from lungview.ui.start import app

READ, WRITTEN = {"jpeg", "png", "svg"}, {"jpeg", "png"}  # thumbnails, icons; exported pictures


def missing_formats() -> list[str]:
    """Kinds of picture the window reads or writes through Qt's plugins, and this installation cannot."""
    reads = {bytes(each.data()).decode() for each in QImageReader.supportedImageFormats()}
    writes = {bytes(each.data()).decode() for each in QImageWriter.supportedImageFormats()}
    return [f"reading {kind}" for kind in sorted(READ - reads)] + [
        f"writing {kind}" for kind in sorted(WRITTEN - writes)
    ]


def shows(folder: Path, patience: float) -> bool:
    """Whether the window shows a slice of the folder within `patience` seconds."""
    seen: list[object] = []

    def begin(host: Host) -> None:
        def on_shown(slice_: object) -> None:
            if slice_ is not None:
                seen.append(slice_)
                host.widget.close()

        host.session.slice_shown.connect(on_shown)
        QTimer.singleShot(int(patience * 1000), host.widget, host.widget.close)

    app.run([str(folder)], begin, safe=True)
    return bool(seen)
