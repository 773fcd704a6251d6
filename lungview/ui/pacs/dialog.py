"""Open from PACS: choose an archive, search it, retrieve a study, which opens with its first slice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import LungViewError
from lungview.remote_nodes import RemoteNode
from lungview.sources.source import Found, Query
from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.ui.pacs.node_box import NodeBox
from lungview.ui.pacs.results import Results
from lungview.ui.shell import screens
from lungview.ui.studies.tasks import Task, Tasks
from lungview.viewer.archives import work
from lungview.viewer.archives.work import Broken, Came

if TYPE_CHECKING:
    from lungview.ui.studies.session import Session


class PacsDialog(QDialog):
    """Not modal: what has arrived is read while the rest comes."""

    asked = Signal(object, str)  # FoundStudy and the archive's name: it is to be retrieved
    came = Signal(object)  # Path: a study's folder, with each object that is there
    ended = Signal()  # nothing more comes

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open from PACS"))
        screens.resize_within(self, 860, 560)
        self._session = session
        self._tasks = Tasks(lambda: ThreadPoolExecutor(2, "lungview-pacs"), self)
        self._task: Task | None = None
        self._counted = 0  # objects that have come
        self._make_fields()
        self._make_buttons()
        column = QVBoxLayout(self)
        column.addLayout(self._top())
        column.addLayout(self._query())
        column.addWidget(self.results, 1)
        column.addWidget(self.status)
        column.addWidget(self.progress)
        column.addLayout(self._bottom())
        self.archive.said.connect(self._say)
        self.archive.chosen.connect(self._enable)
        self.archive.say_if_empty()
        self._enable()

    def _make_fields(self) -> None:
        self.archive, self.results = NodeBox(self._session, self._tasks), Results()
        self.patient_name, self.patient_id = QLineEdit(), QLineEdit()
        self.date, self.accession = QLineEdit(), QLineEdit()
        self.modality = QComboBox(editable=True)
        self.modality.addItems(["CT", "", "MR", "PT", "CR", "DX"])
        self.patient_name.setPlaceholderText(self.tr("DOE*"))
        self.date.setPlaceholderText("20260101-20260131")
        self.status, self.progress = QLabel(wordWrap=True), QProgressBar()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.hide()
        self.results.itemSelectionChanged.connect(self._enable)
        self.results.itemDoubleClicked.connect(self.retrieve)
        for field in (self.patient_name, self.patient_id, self.date, self.accession):
            field.returnPressed.connect(self.search)

    def _make_buttons(self) -> None:
        def button(text: str, slot: Any) -> QPushButton:
            made = QPushButton(text, autoDefault=False)
            made.clicked.connect(slot)
            return made

        self.search_button = button(self.tr("Search"), self.search)
        self.retrieve_button = button(self.tr("Retrieve and open"), self.retrieve)
        self.stop_button = button(self.tr("Stop"), self.stop)
        self.close_button = button(self.tr("Close"), self.close)

    def _top(self) -> QLayout:
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Archive")))
        row.addWidget(self.archive, 1)
        return row

    def _query(self) -> QLayout:
        row, left, right = QHBoxLayout(), QFormLayout(), QFormLayout()
        left.addRow(self.tr("Patient's name"), self.patient_name)
        left.addRow(self.tr("Patient ID"), self.patient_id)
        right.addRow(self.tr("Study date"), self.date)
        right.addRow(self.tr("Accession number"), self.accession)
        row.addLayout(left)
        row.addLayout(right)
        last = QFormLayout()
        last.addRow(self.tr("Modality"), self.modality)
        last.addRow(self.search_button)
        row.addLayout(last)
        return row

    def _bottom(self) -> QLayout:
        row = QHBoxLayout()
        said = self.tr("Retrieved studies are kept for %1 days.").replace("%1", str(work.KEPT_DAYS))
        row.addWidget(QLabel(said))
        row.addStretch()
        for each in (self.retrieve_button, self.stop_button, self.close_button):
            row.addWidget(each)
        return row

    def node(self) -> RemoteNode | None:
        """The chosen archive."""
        return self.archive.node()

    def search(self) -> None:
        """Ask for studies."""
        if (node := self.node()) is None or self._task is not None:
            return
        try:
            query = Query(
                self.patient_name.text().strip(), self.patient_id.text().strip(), self.date.text().strip(),
                self.modality.currentText().strip(), self.accession.text().strip(),
            )  # fmt: skip
        except LungViewError as error:
            self._say(speaking.said(error.message))
            return
        self.results.clear_studies()
        self._say(self.tr("Searching…"))
        self._task = self._tasks.stream(
            work.search, node, query,
            on_event=self.results.add, on_result=self._searched, on_error=self._failed,
        )  # fmt: skip
        self._enable()

    def retrieve(self) -> None:
        """Fetch the chosen study."""
        node, study = self.node(), self.results.chosen()
        if node is None or study is None or self._task is not None:
            return
        self._say(self.tr("Retrieving…"))
        self.asked.emit(study, node.name)
        self._task = self._tasks.stream(
            work.retrieve, node, study,
            on_event=self._on_event, on_result=self._retrieved, on_error=self._failed,
        )  # fmt: skip
        self.progress.setRange(0, 0)
        self.progress.show()
        self._enable()

    def stop(self) -> None:
        """End what is under way; what has come stays."""
        if self._task is not None:
            self._task.cancel()
            self._end(self.tr("Stopped. What has come stays."))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    def end(self) -> None:
        """The program ends: wait for nothing."""
        self._tasks.close()

    def _searched(self, found: Found) -> None:
        self.results.complete()
        said = self.tr("Studies found: %1").replace("%1", str(len(found.studies)))
        more = "" if found.complete else " " + self.tr("There are more: ask more narrowly.")
        self._end(said + more)

    def _on_event(self, event: Came | Broken) -> None:
        self._counted = event.count
        self.progress.setRange(0, event.total or 0)
        self.progress.setValue(event.count)
        self._say(words.arriving(event))
        if isinstance(event, Came):
            self.came.emit(event.folder)

    def _retrieved(self, result: tuple[int, int]) -> None:
        count, missing = result
        said = words.retrieved(count)
        if missing:
            said += " " + self.tr("The archive did not give %1.").replace("%1", str(missing))
        self._end(said)

    def _failed(self, error: BaseException) -> None:
        self._end(words.failure(error) + (" " + words.kept(self._counted) if self._counted else ""))

    def _end(self, said: str) -> None:
        self._task, self._counted = None, 0
        self.progress.hide()
        self._say(said)
        self._enable()
        self.ended.emit()

    def _say(self, text: str) -> None:
        self.status.setText(text)

    def _enable(self) -> None:
        free, there = self._task is None, self.node() is not None
        self.search_button.setEnabled(free and there)
        self.retrieve_button.setEnabled(free and there and self.results.chosen() is not None)
        self.archive.setEnabled(free)
        self.stop_button.setEnabled(not free)
