"""What the status bar says of reading: how far, how to stop, and how many files were skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QProgressBar, QPushButton

from lungview.errors import LungViewError
from lungview.ui.browser.skipped import SkippedDialog
from lungview.ui.language import speaking

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.ui.shell.host import Host
    from lungview.ui.shell.message_bar import MessageBar


class ScanStatus(QObject):
    """A bar and a stop button while files are listed; afterwards a button for the skipped ones."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(160)
        self.bar.setAccessibleName(self.tr("Files listed"))
        self.stop = QPushButton(self.tr("Stop"))
        self.skipped = QPushButton()
        self.skipped.setFlat(True)
        self._stop_action = host.actions_table.handle("file.stop", self._session.stop)
        self._skipped_action = host.actions_table.handle("file.skipped", self._show_skipped)
        self.stop.clicked.connect(self._stop_action.trigger)
        self.skipped.clicked.connect(self._skipped_action.trigger)
        host.status(self.bar, self.stop, self.skipped)
        self._session.opening.connect(lambda _: self._reading(True))
        self._session.scan_progress.connect(self._on_progress)
        self._session.scan_ended.connect(self._on_ended)
        self._session.scan_stopped.connect(lambda: self._reading(False))
        self._session.open_failed.connect(self._on_failed)
        self._refusal: MessageBar | None = None
        self._reading(self._session.scanning)
        self._count_skipped()

    def _on_failed(self, error: LungViewError) -> None:
        """The picture stays; the sentence stands above it until it is read."""
        said = self.tr("Not opened: %1").replace("%1", speaking.told(error))
        self._refusal = self._host.ask(said, [(self.tr("Close"), self._forget_refusal)])

    def _forget_refusal(self) -> None:
        self._refusal = None

    def _reading(self, on: bool) -> None:
        if on and self._refusal is not None:
            self._refusal.end()
            self._refusal = None
        self.bar.setVisible(on)
        self.stop.setVisible(on)
        self._stop_action.setEnabled(on)
        self.bar.setRange(0, 0)
        if on:
            self._count_skipped()

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _on_ended(self, scan: Scan) -> None:
        self._reading(False)
        self._count_skipped()
        if not scan.series:
            return  # said elsewhere, with the reason
        slices = sum(len(series.instances) for series in scan.series)
        said = self.tr("Series: %1, slices: %2")
        self._session.told.emit(said.replace("%1", str(len(scan.series))).replace("%2", str(slices)))

    def _count_skipped(self) -> None:
        count = len(self._session.skipped)
        self.skipped.setText(self.tr("Skipped files: %1").replace("%1", str(count)))
        self.skipped.setVisible(count > 0)
        self._skipped_action.setEnabled(count > 0)

    def _show_skipped(self) -> None:
        dialog = SkippedDialog(self._session.skipped, self._host.widget)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
