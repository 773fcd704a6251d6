"""The reader's own opinion: recorded before or after the model's, kept in a local log."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.classify.kept import opinions, record
from lungview.classify.kept.opinion import CONFIDENCES, Opinion
from lungview.errors import ReportError
from lungview.image.slice import Slice
from lungview.ui.language import speaking
from lungview.ui.second_reader.panels.rating import Rating
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.workspace import Workspace


class OpinionPanel(QWidget):
    """What the reader says of the slice in the active view, and whether the model is right."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self._slice: Slice | None = None  # of which the fields tell
        self._mine: Opinion | None = None
        self.label = QComboBox()
        self.label.setAccessibleName(self.tr("My opinion"))
        self.confidence = QComboBox()
        self.confidence.setAccessibleName(self.tr("How sure I am"))
        self.confidence.addItem(self.tr("(how sure: not said)"), 0)
        for number, text in enumerate(CONFIDENCES, 1):
            self.confidence.addItem(self.tr(text), number)
        self.rating = Rating([self.tr(text) for text in CONFIDENCES])
        self.remark = QLineEdit()
        self.remark.setPlaceholderText(self.tr("Remark (no names, please)"))
        self.remark.setAccessibleName(self.remark.placeholderText())
        self.record = QPushButton(self.tr("Record my opinion"))
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.agree, self.disagree = QPushButton(self.tr("I agree")), QPushButton(self.tr("I disagree"))
        self.export = QPushButton(self.tr("Export the log…"))
        self._lay_out()
        self._connect()
        self._on_model()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.agree)
        row.addWidget(self.disagree)
        column = QVBoxLayout(self)
        for widget in (self.rating, self.label, self.confidence, self.remark, self.record, self.said):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.export)
        column.addStretch()

    def _connect(self) -> None:
        reader = self._reader
        self.record.clicked.connect(self._on_record)
        self.rating.class_chosen.connect(lambda index: self.label.setCurrentIndex(index + 1))
        self.rating.confidence_chosen.connect(lambda index: self.confidence.setCurrentIndex(index + 1))
        self.rating.recorded.connect(self._on_record)
        self.agree.clicked.connect(lambda: self._on_word(True))
        self.disagree.clicked.connect(lambda: self._on_word(False))
        self.export.clicked.connect(self._choose_file)
        reader.model_changed.connect(self._on_model)
        reader.answer_changed.connect(self._show)
        self._workspace.slice_shown.connect(lambda _: self._on_slice())

    def _on_model(self) -> None:
        self.label.clear()
        self.label.addItem(self.tr("(choose)"), "")
        entry = self._reader.entry
        for each in entry.card.classes if entry else ():
            self.label.addItem(speaking.said(each.text), each.key)
        self.label.addItem(self.tr("None of these"), "other")
        self.rating.offer([self.label.itemText(index) for index in range(1, self.label.count())])
        self._slice = None
        self._show()

    def _on_slice(self) -> None:
        self.rating.begin()
        self._show()

    def _on_record(self) -> None:
        shown, label = self._reader.slice, self.label.currentData()
        if shown is None or not label:
            self._workspace.news.told.emit(self.tr("Choose an opinion first"))
            return
        sure = self.confidence.currentData()
        self._reader.first.record(shown, label, self._reader.case(), self.remark.text(), sure)
        self.remark.clear()

    def _on_word(self, agrees: bool) -> None:
        shown, case = self._reader.slice, self._reader.case()
        if shown is not None and case is not None and case.prediction is not None:
            self._reader.first.agree(shown, case, agrees, self.remark.text())
            self.remark.clear()

    def _show(self) -> None:
        shown = self._reader.slice
        self.record.setEnabled(shown is not None)
        mine = self._reader.first.recorded(shown) if shown is not None else None
        if shown is not self._slice:
            self.remark.clear()  # it was begun about another picture
        if shown is not self._slice or mine != self._mine:  # else a choice under way would be lost
            self._slice, self._mine = shown, mine
            self._show_recorded(mine)
        for button in (self.agree, self.disagree):
            button.setEnabled(self._reader.visible() is not None)

    def _show_recorded(self, mine: Opinion | None) -> None:
        at = self.label.findData(mine.reader_label) if mine is not None else 0
        self.label.setCurrentIndex(max(at, 0))
        self.confidence.setCurrentIndex(mine.confidence if mine is not None else 0)
        text = self.label.currentText() if at > 0 else ""
        if text and mine is not None and mine.confidence:
            text += f" ({self.confidence.currentText()})"
        self.said.setText(self.tr("Recorded: %1").replace("%1", text) if text else "")

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export the log"), "lungview-record.csv", self.tr("Table (*.csv)")
        )
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the whole log as a table; what goes wrong is told in the status bar."""
        try:
            made = record.entries()
            opinions.to_csv(made, path)
        except ReportError as error:
            self._workspace.news.told.emit(str(error))
            return
        self._workspace.news.told.emit(self.tr("Entries written: %1").replace("%1", str(len(made))))
