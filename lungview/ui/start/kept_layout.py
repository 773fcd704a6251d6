"""Size, docks and splitters of a window, from one run to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from lungview import paths
from lungview.files import write_atomically
from lungview.ui.start.features import PANELS

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow

VERSION = 3  # of the places of docks: what was kept of others cannot be restored
WIDTHS = {"series": 256, "prediction": 356}  # px of the columns of a new window, where they need no more


class KeptLayout:
    """Restores the layout, and keeps it when the window closes.

    Splitters with a name have their position kept; that of a panel nobody has seen waits for it.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._splitters: dict[bytes, QByteArray] = {}

    def begin(self) -> None:
        """Have docks stand as in a new window, or as they stood the last time; in safe mode keep nothing."""
        self._stand()
        if not self._window.safe:
            self._window.closing.connect(lambda: self._keep())  # holds this one, too
            self._restore()

    def _stand(self) -> None:
        """As docks stand in a new window."""
        docks, resize = self._window.docks, self._window.resizeDocks
        for panel in reversed(PANELS):
            if panel.shown:
                docks[panel.id].raise_()  # of tabs the first is in front
        stacked = [docks[name] for name in ("prediction", "heat_map")]
        resize([docks[name] for name in WIDTHS], list(WIDTHS.values()), Qt.Orientation.Horizontal)
        resize(stacked, [3, 2], Qt.Orientation.Vertical)

    def _restore(self) -> None:
        """As they stood the last time; whatever cannot be restored stays as it is."""
        try:
            size, docks, *splitters = (paths.config() / "layout.bin").read_bytes().split(b"\n")
        except (OSError, ValueError):
            return
        self._window.restoreGeometry(QByteArray.fromHex(size))
        self._window.restoreState(QByteArray.fromHex(docks), VERSION)
        for line in splitters:
            name, named, state = line.partition(b"=")
            if named:
                self._splitters[name] = QByteArray.fromHex(state)
        self._window.panels.each(self._restore_splitters)

    def _restore_splitters(self, panel: QWidget) -> None:
        for name, splitter in _named(panel):
            if name in self._splitters:
                splitter.restoreState(self._splitters[name])

    def _keep(self) -> None:
        window = self._window
        if window.isFullScreen():
            return
        window.panels.each_made(self._keep_splitters)
        lines = [_hex(window.saveGeometry()), _hex(window.saveState(VERSION))]
        lines += [name + b"=" + _hex(state) for name, state in sorted(self._splitters.items())]
        try:
            write_atomically(paths.config() / "layout.bin", b"\n".join(lines))
        except OSError:
            return

    def _keep_splitters(self, panel: QWidget) -> None:
        self._splitters.update({name: splitter.saveState() for name, splitter in _named(panel)})


def _named(panel: QWidget) -> list[tuple[bytes, QSplitter]]:
    found = panel.findChildren(QSplitter)
    return [(each.objectName().encode(), each) for each in found if each.objectName()]


def _hex(state: QByteArray) -> bytes:
    return bytes(state.toHex().data())
