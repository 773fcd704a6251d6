"""The window's batches: the action, what is dropped on it, and an end to what still runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import ANALYSE, Row
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.batches.offered import Offered
from lungview.viewer.second_reader import reader as second_reader

if TYPE_CHECKING:
    from lungview.ui.batch.panel import BatchPanel
    from lungview.ui.shell.host import Host

ROW = Row("analyse.batch", "Classify a folder…", ("Ctrl+B",), ANALYSE, "batch")


class BatchActions(QObject):
    """Slots of the batch action."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        tasks = Tasks(lambda: ThreadPoolExecutor(1, "lungview-batch"), self)
        self._batches = Offered(host.workspace, tasks)
        host.workspace.services.put(self._batches)
        host.actions_table.add_rows(ROW)
        host.actions_table.handle("analyse.batch", self._on_batch)
        host.take_drops(self._on_dropped, self._why_no_batch)
        host.when_closing(self._batches.stop)
        host.when_closing(lambda: tasks.close(0.5))

    def _on_batch(self) -> None:
        panel = self._panel_in_front()
        if panel is not None:
            panel.ask_folder()

    def _on_dropped(self, dropped: list[str]) -> None:
        panel = self._panel_in_front()
        if panel is not None:
            panel.start([Path(path) for path in dropped])

    def _panel_in_front(self) -> BatchPanel | None:
        from lungview.ui.batch.panel import BatchPanel  # its table and charts are loaded with the panel

        self._host.to_front("batch")
        return self._host.panel(BatchPanel)

    def _why_no_batch(self) -> str:
        """Why nothing can be dropped for a batch now, "" when it can."""
        if self._batches.running:
            return self.tr("a batch is running")
        return "" if second_reader.of(self._host.workspace).entry else self.tr("no model is installed")
