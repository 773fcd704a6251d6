"""The window's batches: the action, what is dropped on it, and an end to what still runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.batch import batches
from lungview.ui.second_reader import reader as second_reader
from lungview.ui.shell.actions import ANALYSE, Row

if TYPE_CHECKING:
    from lungview.ui.batch.panel import BatchPanel
    from lungview.ui.shell.main_window import MainWindow

ROW = Row("analyse.batch", "Classify a folder…", ("Ctrl+B",), ANALYSE, "batch")


def install(window: MainWindow) -> None:
    BatchActions(window)


class BatchActions(QObject):
    """Slots of the batch action."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        window.actions_table.add_rows(ROW)
        window.actions_table.handle("analyse.batch", self._on_batch)
        window.batch_dropped.connect(self._on_dropped)
        window.batch_refusal = self._why_no_batch
        window.closing.connect(batches.of(self._session).close)

    def _on_batch(self) -> None:
        self._batch_panel().ask_folder()

    def _on_dropped(self, dropped: list[str]) -> None:
        self._batch_panel().start([Path(path) for path in dropped])

    def _batch_panel(self) -> BatchPanel:
        """The panel, brought to the front."""
        dock = self._window.docks["batch"]
        dock.show()
        dock.raise_()
        panel: BatchPanel = self._window.panels["batch"]  # type: ignore[assignment]
        return panel

    def _why_no_batch(self) -> str:
        """Why nothing can be dropped for a batch now, "" when it can."""
        if batches.of(self._session).running:
            return self.tr("a batch is running")
        return "" if second_reader.of(self._session).entry else self.tr("no model is installed")
