"""The batch panel: drop a folder → progress → a table to sort, filter and open slices from."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lungview.batch.row import Row
from lungview.classify.acceptance import Acceptance, sentence
from lungview.classify.case import Case
from lungview.classify.outcome import Status
from lungview.errors import LungViewError
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.ui import batches, second_reader
from lungview.ui.batch_table import (
    CALL,
    FILE,
    MALIGNANCY,
    PATIENT,
    PICTURE,
    REASON,
    ROW,
    SERIES,
    THUMBNAIL,
    BarsDelegate,
    BatchFilter,
    BatchTable,
)
from lungview.ui.batches import Progress
from lungview.ui.read_first import place_of
from lungview.ui.session import Session
from lungview.ui.state import ViewState

ROW_HEIGHT = 52


class BatchPanel(QWidget):
    """A folder's answers. Double click or Enter opens the slice with its heat map."""

    TITLE = "Batch"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._batches = session, batches.of(session)
        self._reader = second_reader.of(session)
        self._wanted: Instance | None = None
        self._asked: Case | None = None
        self._acceptance: Acceptance | None = None
        self.setAcceptDrops(True)
        self._make()
        self._lay_out()
        self._connect()
        self._reflect()

    def _make(self) -> None:
        self.folder = QPushButton(self.tr("Classify a folder…"))
        self.stop = QPushButton(self.tr("Stop"))
        self.retry = QPushButton(self.tr("Retry failed"))
        self.load = QPushButton(self.tr("Open results…"))
        self.labels = QPushButton(self.tr("Compare with labels…"))
        self.report = QPushButton(self.tr("Report…"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Which rows"))
        self.group = QComboBox()
        self.group.setAccessibleName(self.tr("Order by"))
        for text, column in (
            (self.tr("As sorted"), -1),
            (self.tr("By patient"), PATIENT),
            (self.tr("By series"), SERIES),
        ):
            self.group.addItem(text, column)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Filter by file, call, patient or reason"))
        self.search.setClearButtonEnabled(True)
        self.progress = QProgressBar()
        self.progress.hide()
        self.state = QLabel(self.tr("Drop a folder, a zip or files here."), wordWrap=True)
        self.table = BatchTable()
        self.filter = BatchFilter(self.table)
        self.view = QTableView()

    def _lay_out(self) -> None:
        view = self.view
        view.setModel(self.filter)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setIconSize(QSize(*THUMBNAIL))
        view.setItemDelegateForColumn(CALL, BarsDelegate(view))
        view.setAccessibleName(self.tr("Results"))
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        for column, width in ((PICTURE, THUMBNAIL[0] + 10), (FILE, 190), (CALL, 170), (MALIGNANCY, 90)):
            view.setColumnWidth(column, width)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(6, 6, 6, 6)
        column_.addLayout(_row(self.folder, self.stop, self.retry, self.load, self.labels, self.report, None))
        column_.addLayout(_row(self.kind, self.group, self.search))
        for widget in (self.progress, self.state, view):
            column_.addWidget(widget)

    def _connect(self) -> None:
        found = self._batches
        self.folder.clicked.connect(self.ask_folder)
        self.stop.clicked.connect(found.stop)
        self.retry.clicked.connect(self._retry)
        self.load.clicked.connect(self._ask_results)
        self.labels.clicked.connect(self._ask_labels)
        self.report.clicked.connect(self._ask_report)
        self.kind.activated.connect(lambda _: self.filter.choose(kind=self.kind.currentData()))
        self.group.activated.connect(lambda _: self._on_group())
        self.search.textChanged.connect(lambda text: self.filter.choose(text=text))
        self.view.activated.connect(self._on_activated)
        self._session.slice_shown.connect(self._on_slice)
        self._session.scan_ended.connect(lambda _: self._on_scanned())
        self._session.view_changed.connect(lambda _before, after: self._hide_patient(after))
        found.began.connect(self._on_began)
        found.listed.connect(self._on_listed)
        found.rows_added.connect(self._on_rows)
        found.progressed.connect(self._on_progress)
        found.ended.connect(self._on_ended)
        found.failed.connect(self._on_failed)
        found.told.connect(self.state.setText)

    def _hide_patient(self, state: ViewState) -> None:
        """The key that hides the patient hides the column, too."""
        self.view.setColumnHidden(PATIENT, not state.overlays.patient)

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
        opened = next((str(p if p.is_dir() else p.parent) for p in self._session.paths), "")
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Classify a folder"), opened)
        if chosen:
            self.start([Path(chosen)])

    def _ask_results(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open the results of a batch"))
        if chosen:
            self._batches.load(Path(chosen))

    def _ask_labels(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Labels: path,label"), "", "CSV (*.csv)")
        if chosen:
            self._batches.compare(Path(chosen), self._on_compared)

    def _ask_report(self) -> None:
        kinds = "PDF (*.pdf);;CSV (*.csv);;JSON (*.json)"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Report"), "report.pdf", kinds)
        if chosen:
            self._batches.report(Path(chosen), self._writer())

    def _writer(self) -> BatchWriter:
        from lungview.ui.reports import layout_of

        return BatchWriter(layout_of(self._session.settings), self._acceptance)

    def _retry(self) -> None:
        if self._reader.entry is not None:
            self._batches.retry_failed(self._reader.entry)

    def _on_group(self) -> None:
        column = self.group.currentData()
        self.view.sortByColumn(column, Qt.SortOrder.AscendingOrder)

    def _on_began(self) -> None:
        self._acceptance = None
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
        text = self.summary() if complete else self.tr("Stopped. ") + self.summary()
        self.state.setText(text)
        self._reflect()

    def _on_failed(self, error: LungViewError) -> None:
        self.progress.hide()
        self.state.setText(f"{error.message}. {error.hint}".strip())
        self._reflect()

    def _on_compared(self, found: Acceptance) -> None:
        self._acceptance = found
        self.state.setText(f"{sentence(found)}. {self.tr('The report has the curves.')}")
        from lungview.ui.dialogs.acceptance import AcceptanceDialog

        card = self._batches.card
        if card is not None:
            AcceptanceDialog(found, card, self).open()

    def summary(self) -> str:
        """Counts by status, patients and series, and where the results are."""
        counts: dict[Status, int] = defaultdict(int)
        for row in self.table.rows:
            counts[row.status] += 1
        words = ", ".join(f"{counts[s]:,} {s}" for s in Status)
        flagged = len(self._batches.flagged())
        text = self.tr("%1 files: %2; %3 to look at. Results in %4")
        for i, value in enumerate(
            (f"{len(self.table.rows):,}", words, f"{flagged:,}", str(self._batches.out)), 1
        ):
            text = text.replace(f"%{i}", value)
        return text

    def _reflect(self) -> None:
        running, rows = self._batches.running, bool(self.table.rows)
        self.folder.setEnabled(not running)
        self.load.setEnabled(not running)
        self.stop.setEnabled(running)
        self.retry.setEnabled(not running and any(r.status is Status.FAILED for r in self.table.rows))
        for button in (self.labels, self.report):
            button.setEnabled(not running and rows)
        self._fill_kinds()

    def _fill_kinds(self) -> None:
        chosen = self.kind.currentData()
        self.kind.clear()
        texts = (self.tr("All"), self.tr("To look at"), *(str(s).capitalize() for s in Status))
        for kind, text in zip(BatchFilter.KINDS, texts, strict=True):
            self.kind.addItem(text, kind)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))

    def _on_activated(self, index: QModelIndex) -> None:
        row: Row = index.data(ROW)
        self._open(row.case)

    def _open(self, case: Case) -> None:
        """Show the slice; the model that judged it is asked again, for its picture and heat map."""
        self._wanted, self._asked = case.instance, None
        if case.prediction is not None:
            self._reader.choose(case.prediction.model.split("@")[0])
            self._asked = case
        self._session.open([case.instance.path])

    def _on_scanned(self) -> None:
        """Once the file is listed: go to the frame, or the zip's member, that was judged."""
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        for series in self._session.series:
            for at, each in enumerate(series.instances):
                if place_of(each) == place_of(wanted) and (at or len(self._session.series) > 1):
                    self._session.show(series, at)

    def _on_slice(self, slice_: Slice | None) -> None:
        asked, entry = self._asked, self._reader.entry
        if slice_ is None or asked is None or place_of(slice_.instance) != place_of(asked.instance):
            return
        self._asked = None
        if asked.prediction and entry and asked.prediction.sha256 == entry.card.sha256:
            self._reader.run()


class BatchWriter:
    """Writes a batch's cases by suffix; runs in the background, knows no widget."""

    def __init__(self, layout: object, acceptance: Acceptance | None) -> None:
        self.layout, self.acceptance = layout, acceptance

    def __call__(self, cases: list[Case], card: ModelCard, path: Path) -> None:
        from lungview.report import table
        from lungview.report.batch_pdf import BatchContent, write_batch

        if path.suffix.lower() == ".csv":
            table.write_csv(cases, path, card.keys)
        elif path.suffix.lower() == ".json":
            table.write_json(cases, path, card)
        else:
            content = BatchContent(lambda: cases, card, (), self.acceptance)
            write_batch(content, path, self.layout)  # type: ignore[arg-type]


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch()
        else:
            row.addWidget(widget)
    return row
