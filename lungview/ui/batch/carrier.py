"""What carries a batch: this computer's processes, or the workers of a Dask scheduler."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from lungview.viewer.batches import offered
from lungview.viewer.batches.carried import Workers
from lungview.viewer.workspace import Workspace


class CarrierField(QWidget):
    """A choice between this computer and the address of a scheduler; what has answered is said beside it.

    What is chosen is kept with the settings, and the next batch runs there.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        address = workspace.settings.batch_scheduler
        self.where = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
        self.where.setAccessibleName(self.tr("Where a batch runs"))
        self.where.setToolTip(
            self.tr("This computer, or a Dask scheduler: tcp://HOST:PORT, or local:N for N processes here")
        )
        self.where.setMinimumContentsLength(18)
        self.where.addItems([self.tr("This computer"), *([address] if address else [])])
        self.where.setCurrentIndex(1 if address else 0)
        self.workers = QLabel(openExternalLinks=True)
        self.workers.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(self.tr("Runs on")))
        row.addWidget(self.where)
        row.addWidget(self.workers, 1)
        self.where.activated.connect(self._on_chosen)
        line = self.where.lineEdit()
        assert line is not None  # it is editable
        line.editingFinished.connect(self._on_chosen)
        found = offered.of(workspace)
        found.began.connect(lambda: self.where.setEnabled(False))
        found.carried.connect(self.tell)
        for over in (found.ended, found.failed):
            over.connect(lambda _: self._on_over())

    @property
    def address(self) -> str:
        """The scheduler's address, "" for this computer."""
        text = self.where.currentText().strip()
        return "" if text == self.where.itemText(0) else text

    def tell(self, workers: Workers) -> None:
        """Say how many workers there are, and link to the scheduler's dashboard where it has one."""
        text = self.tr("Workers: %1").replace("%1", str(workers.count))
        if workers.dashboard:
            text += f' · <a href="{workers.dashboard}">{self.tr("Dashboard")}</a>'
        self.workers.setText(text)
        self.workers.setToolTip(workers.dashboard)

    def _on_over(self) -> None:
        self.where.setEnabled(True)
        self.workers.clear()

    def _on_chosen(self) -> None:
        if not self.where.currentText().strip():
            self.where.setCurrentIndex(0)
        self._workspace.keep(batch_scheduler=self.address)
