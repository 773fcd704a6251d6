"""The batch panel: drop a folder → progress → a table to sort, filter and open slices from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.batch.row import Row
from lungview.batch.summary import Summary, summarise
from lungview.classify.acceptance import Acceptance, sentence
from lungview.classify.outcome import Status
from lungview.errors import LungViewError, SettingsError
from lungview.report import naming
from lungview.settings import Settings
from lungview.ui.batch.carrier import CarrierField
from lungview.ui.batch.table import PATIENT, SERIES, BatchFilter, BatchTable
from lungview.ui.batch.view import BatchView
from lungview.ui.language import speaking
from lungview.viewer.batches import batches, offered
from lungview.viewer.batches.draft import BatchDraft
from lungview.viewer.batches.run import Progress
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.case_opener import CaseOpener
from lungview.viewer.workspace import Workspace

# In the order of Status, as they stand alone.
_STATUSES = (
    str(QT_TRANSLATE_NOOP("BatchPanel", "Classified")),
    str(QT_TRANSLATE_NOOP("BatchPanel", "Not suitable")),
    str(QT_TRANSLATE_NOOP("BatchPanel", "Skipped")),
    str(QT_TRANSLATE_NOOP("BatchPanel", "Failed")),
)


class BatchPanel(QWidget):
    """A folder's answers. Double click or Enter opens the slice with its heat map."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._batches = workspace, offered.of(workspace)
        self._reader = second_reader.of(workspace)
        self._opener = CaseOpener(workspace)
        self._acceptance: Acceptance | None = None
        self._labels = ""
        self.setAcceptDrops(True)
        self._make()
        self._lay_out()
        self._connect()
        self._reflect()

    def _make(self) -> None:
        self.folder = QPushButton(self.tr("Classify a folder…"))
        self.stop = QPushButton(self.tr("Stop"))
        self.go_on = QPushButton(self.tr("Go on"))
        self.go_on.setToolTip(self.tr("Judge the files that an unfinished batch has left"))
        self.retry = QPushButton(self.tr("Retry failed"))
        self.load = QPushButton(self.tr("Open results…"))
        self.labels = QPushButton(self.tr("Compare with labels…"))
        self.report = QPushButton(self.tr("Report…"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Which rows"))
        self.group = QComboBox()
        self.group.setAccessibleName(self.tr("Group"))
        for text, column in (
            (self.tr("All files"), -1),
            (self.tr("By patient"), PATIENT),
            (self.tr("By series"), SERIES),
        ):
            self.group.addItem(text, column)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Filter by file, call, patient or reason"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.carrier = CarrierField(self._workspace)
        self.progress = QProgressBar()
        self.progress.hide()
        self.state = QLabel(self.tr("Drop a folder, a zip or files here."), wordWrap=True)
        self.table = BatchTable(self)
        self.filter = BatchFilter(self.table, self)
        self.view = BatchView(self.table, self.filter)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(_row(self.folder, self.stop, self.go_on, self.retry))
        column.addLayout(_row(self.load, self.labels, self.report))
        column.addWidget(self.carrier)
        column.addLayout(_row(self.kind, self.group, self.search))
        column.addWidget(self.progress)
        column.addWidget(self.state)
        column.addWidget(self.view, 1)

    def _connect(self) -> None:
        found = self._batches
        self.folder.clicked.connect(self.ask_folder)
        self.stop.clicked.connect(found.stop)
        self.go_on.clicked.connect(self._go_on)
        self.retry.clicked.connect(self._retry)
        self.load.clicked.connect(self._ask_results)
        self.labels.clicked.connect(self._ask_labels)
        self.report.clicked.connect(self._ask_report)
        self.kind.activated.connect(lambda _: self.filter.choose(kind=self.kind.currentData()))
        self.group.activated.connect(lambda _: self.view.group_by(self.group.currentData()))
        self.search.textChanged.connect(lambda text: self.filter.choose(text=text))
        self.view.opened.connect(lambda row: self._opener.open(row.case))
        hide = self.view.hide_patient  # the key that hides the patient hides the column, too
        self._workspace.view_changed.connect(lambda _before, after: hide(not after.overlays.patient))
        hide(not self._workspace.active.state.overlays.patient)
        found.began.connect(self._on_began)
        found.listed.connect(self._on_listed)
        found.rows_added.connect(self._on_rows)
        found.progressed.connect(self._on_progress)
        found.ended.connect(self._on_ended)
        found.failed.connect(self._on_failed)
        found.told.connect(lambda text: self.state.setText(speaking.said(text)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._batches.look_for_unfinished()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self._batches.running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        chosen = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if chosen:
            self.start(chosen)

    def start(self, sources: list[Path], out: Path | None = None) -> None:
        """Judge these with the second reader's model; says so when there is none."""
        model = self._reader.entry
        if model is None:
            self.state.setText(self.tr("No model is installed."))
            return
        self._batches.start(sources, out or batches.default_out(sources[0]), model)

    def ask_folder(self) -> None:
        """Have a folder chosen, beginning with what is open, and judge it."""
        opened = next((str(p if p.is_dir() else p.parent) for p in self._workspace.studies.paths), "")
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Classify a folder"), opened)
        if chosen:
            self.start([Path(chosen)])

    def _ask_results(self) -> None:
        begin = self._batches.out or batches.results_folder()
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open the results of a batch"), str(begin))
        if chosen:
            self._batches.load(Path(chosen))

    def _ask_labels(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Labels: path,label"), "", "CSV (*.csv)")
        if chosen:
            self._labels = Path(chosen).name
            self._batches.compare(Path(chosen), self._on_compared)

    def _ask_report(self) -> None:
        from lungview.ui.report.dialog import ReportDialog
        from lungview.ui.report.form import BATCH_FORMATS

        dialog = ReportDialog(
            lambda _: self.draft(),
            self._workspace.settings,
            self._batches.background,
            self,
            formats=BATCH_FORMATS,
            name=naming.of_batch(date.today()),
            save_with=self._batches.report,
        )
        dialog.settings_chosen.connect(self._keep)
        dialog.told.connect(self._workspace.news.told.emit)
        dialog.open()

    def draft(self) -> BatchDraft:
        """What a report says of the rows there are."""
        found = self._batches
        assert found.card is not None  # the button is off without rows
        facts = (
            ("Input", ", ".join(path.name for path in found.sources)),
            ("Labels", self._labels if self._acceptance else ""),
            ("State", found.extent.sentence if found.extent else ""),
        )
        return BatchDraft(found.cases(), found.card, facts, self._acceptance, found.series)

    def _keep(self, chosen: Settings) -> None:
        try:
            self._workspace.change_settings(chosen)
        except SettingsError as error:
            self._workspace.news.told.emit(str(error))

    def _go_on(self) -> None:
        if self._reader.entry is not None:
            self._batches.go_on(self._reader.entry)

    def _retry(self) -> None:
        if self._reader.entry is not None:
            self._batches.retry_failed(self._reader.entry)

    def _on_began(self) -> None:
        self._acceptance, self._labels = None, ""
        self.table.clear()
        self.table.card = self._batches.card
        self.progress.setRange(0, 0)
        self.progress.show()
        self.state.setText(self.tr("Listing files…"))
        self._reflect()

    def _on_listed(self, count: int) -> None:
        self.progress.setRange(0, max(count, 1))
        self.progress.setValue(0)
        self.state.setText(self.tr("%1 files to classify").replace("%1", f"{count:,}"))

    def _on_rows(self, rows: list[Row]) -> None:
        self.table.card = self._batches.card
        self.table.add(rows)

    def _on_progress(self, progress: Progress) -> None:
        self.progress.setValue(progress.done)
        text = self.tr("%1 of %2, %3 a second, %4 s left")
        values = (f"{progress.done:,}", f"{progress.total:,}", f"{progress.rate:.1f}", f"{progress.left:.0f}")
        for i, value in enumerate(values, 1):
            text = text.replace(f"%{i}", value)
        self.state.setText(text)

    def _on_ended(self, complete: bool) -> None:
        self.progress.hide()
        unfinished = self._batches.extent.sentence if self._batches.extent else ""
        text = self.summary()
        if unfinished:
            text = self.tr("Stopped: %1. %2").replace("%1", speaking.said(unfinished)).replace("%2", text)
        self.state.setText(text)
        self._reflect()

    def _on_failed(self, error: LungViewError) -> None:
        self.progress.hide()
        self.state.setText(f"{speaking.said(error.message)}. {speaking.said(error.hint)}".strip())
        self._reflect()

    def _on_compared(self, found: Acceptance) -> None:
        self._acceptance = found
        self.state.setText(f"{speaking.said(sentence(found))}. {self.tr('The report has the curves.')}")
        from lungview.ui.batch.acceptance import AcceptanceDialog

        card = self._batches.card
        if card is not None:
            AcceptanceDialog(found, card, self).open()

    def summary(self) -> str:
        """Counts by status, patients and series, and where the results are."""
        found = summarise(self.table.rows, self._batches.card) if self._batches.card else Summary()
        text = self.tr("%1 files: %2; %3 to look at. Results in %4")
        for i, value in enumerate(
            (f"{found.files:,}", speaking.said(found.words()), f"{found.flagged:,}", str(self._batches.out)),
            1,
        ):
            text = text.replace(f"%{i}", value)
        return text

    def _reflect(self) -> None:
        running, rows = self._batches.running, bool(self.table.rows)
        self.folder.setEnabled(not running)
        self.load.setEnabled(not running)
        self.stop.setEnabled(running)
        self.go_on.setVisible(self._batches.can_go_on)
        self.retry.setEnabled(not running and any(r.status is Status.FAILED for r in self.table.rows))
        for button in (self.labels, self.report):
            button.setEnabled(not running and rows)
        self._fill_kinds()

    def _fill_kinds(self) -> None:
        chosen = self.kind.currentData()
        self.kind.clear()
        texts = (self.tr("All"), self.tr("To look at"), *map(self.tr, _STATUSES))
        for kind, text in zip(BatchFilter.KINDS, texts, strict=True):
            self.kind.addItem(text, kind)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
