"""Every model on one slice: answers and heat maps side by side."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.classify import words
from lungview.classify.error_rate import error_rate
from lungview.classify.verdict import malignancy
from lungview.ui.language import speaking
from lungview.ui.pane import qimage
from lungview.viewer.second_reader import comparison
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.comparison import SIDE, Compared
from lungview.viewer.workspace import Workspace

PICTURE, ANSWER, MALIGNANT = range(3)  # rows


class ComparePanel(QWidget):
    """A column a model that can judge what is on screen, those of one task together.

    A double click on a column, or Enter in it, makes its model the chosen one.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader, self._comparison = second_reader.of(workspace), comparison.of(workspace)
        self._columns: tuple[Compared, ...] = ()
        self.start, self.stop = QPushButton(self.tr("Compare all models")), QPushButton(self.tr("Stop"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.table = QTableWidget(3, 0)
        self.table.setVerticalHeaderLabels([self.tr("Heat map"), self.tr("Answer"), self.tr("Malignant")])
        self.table.setIconSize(QSize(SIDE, SIDE))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectColumns)
        self.table.setWordWrap(True)
        self.table.setRowHeight(PICTURE, SIDE + 4)
        self.table.setMinimumHeight(80)
        self.table.setHorizontalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.table.setVerticalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setDefaultSectionSize(SIDE + 24)
        self.table.setAccessibleName(self.tr("Models on this slice"))
        row = QHBoxLayout()
        row.addWidget(self.start)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        self.start.clicked.connect(self.run)
        self.stop.clicked.connect(self._comparison.cancel)
        for signal in (self.table.cellDoubleClicked, self.table.cellActivated):
            signal.connect(lambda _row, column: self._on_column(column))
        self._comparison.changed.connect(self._reflect)
        self._reader.answer_changed.connect(self._reflect)
        self._reflect()

    def run(self) -> None:
        """Classify the slice on screen with every model, one after the other."""
        self._comparison.run()

    def _reflect(self) -> None:
        running, hidden = self._comparison.running, self._reader.hidden()
        asked, shown = self._comparison.able, self._reader.slice
        left_out = len(self._reader.entries) - len(asked)
        self.start.setEnabled(bool(asked) and not running and not hidden)
        self.stop.setEnabled(running)
        self._show_found()
        if hidden:
            self.note.setText(self.tr("“I read first” is on: record your opinion first."))
        elif shown is not None and left_out:
            needed = self.tr("%1 nodule models are left out until you draw a box around a nodule.")
            self.note.setText(
                f"{speaking.said(words.NOT_A_LOCALISATION)} {needed.replace('%1', str(left_out))}"
            )
        else:
            self.note.setText(speaking.said(words.NOT_A_LOCALISATION))

    def _show_found(self) -> None:
        """A column for each; those that are there stay, with what is chosen among them."""
        found = self._comparison.found
        if found[: len(self._columns)] != self._columns:
            self.table.setColumnCount(0)
            self._columns = ()
        for each in found[len(self._columns) :]:
            self._add(each)
        self._columns = found

    def _add(self, found: Compared) -> None:
        at = self.table.columnCount()
        self.table.insertColumn(at)
        header = QTableWidgetItem(found.entry.card.name.replace(", ", "\n", 1))
        header.setData(Qt.ItemDataRole.UserRole, found.entry.card.id)
        header.setToolTip(
            f"{found.entry.card.name}\n{speaking.said(error_rate(found.entry.card, found.case))}"
        )
        self.table.setHorizontalHeaderItem(at, header)
        for row, text in ((ANSWER, _answer(found)), (MALIGNANT, _malignant(found))):
            item = QTableWidgetItem(text)
            item.setToolTip("\n".join((text, *_reasons(found))))
            self.table.setItem(row, at, item)
        self.table.resizeRowToContents(ANSWER)
        if found.map is not None:
            item = QTableWidgetItem()
            item.setIcon(QIcon(QPixmap.fromImage(qimage.from_array(found.map))))
            self.table.setItem(PICTURE, at, item)

    def _on_column(self, column: int) -> None:
        header = self.table.horizontalHeaderItem(column)
        if header is not None:
            self._reader.choose(header.data(Qt.ItemDataRole.UserRole))


def _answer(found: Compared) -> str:
    prediction = found.case.prediction
    if prediction is None:
        return speaking.said(found.case.error.message) if found.case.error else ""
    said = speaking.said(words.verdict(found.entry.card, prediction))
    if prediction.refused:
        return said
    said += f", {speaking.said(words.OVERRIDDEN)}" if prediction.suitability.overridden else ""
    word = "" if prediction.calibrated else f" {speaking.said(words.number_word(prediction)).lower()}"
    return f"{said}{word} {words.share(max(prediction.probabilities))}"


def _reasons(found: Compared) -> tuple[str, ...]:
    """Why the gate refused, if it did."""
    prediction = found.case.prediction
    return tuple(map(speaking.said, prediction.suitability.reasons)) if prediction is not None else ()


def _malignant(found: Compared) -> str:
    judged = found.case.judged
    total = malignancy(found.entry.card, judged.probabilities) if judged else None
    return "–" if total is None else words.share(total)
