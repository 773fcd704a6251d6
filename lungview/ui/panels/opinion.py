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

from lungview.classify import opinions, record
from lungview.errors import ReportError
from lungview.ui import second_reader
from lungview.ui.session import Session


class OpinionPanel(QWidget):
    """What the reader says of the slice in the active view, and whether the model is right."""

    TITLE = "Opinion"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._reader = session, second_reader.of(session)
        self.label = QComboBox()
        self.label.setAccessibleName(self.tr("My opinion"))
        self.remark = QLineEdit()
        self.remark.setPlaceholderText(self.tr("Remark (no names, please)"))
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
        for widget in (self.label, self.remark, self.record, self.said):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.export)
        column.addStretch()

    def _connect(self) -> None:
        reader = self._reader
        self.record.clicked.connect(self._on_record)
        self.agree.clicked.connect(lambda: self._on_word(True))
        self.disagree.clicked.connect(lambda: self._on_word(False))
        self.export.clicked.connect(self._choose_file)
        reader.model_changed.connect(self._on_model)
        reader.answer_changed.connect(self._show)
        self._session.slice_shown.connect(lambda _: self._show())

    def _on_model(self) -> None:
        self.label.clear()
        self.label.addItem(self.tr("(choose)"), "")
        entry = self._reader.entry
        for each in entry.card.classes if entry else ():
            self.label.addItem(each.text, each.key)
        self.label.addItem(self.tr("None of these"), "other")
        self._show()

    def _on_record(self) -> None:
        shown, label = self._reader.slice, self.label.currentData()
        if shown is None or not label:
            self._session.told.emit(self.tr("Choose an opinion first"))
            return
        self._reader.first.record(shown, label, self._reader.case(), self.remark.text())
        self.remark.clear()

    def _on_word(self, agrees: bool) -> None:
        shown, case = self._reader.slice, self._reader.case()
        if shown is not None and case is not None and case.prediction is not None:
            self._reader.first.agree(shown, case, agrees, self.remark.text())
            self.remark.clear()

    def _show(self) -> None:
        shown = self._reader.slice
        self.record.setEnabled(shown is not None)
        mine = self._reader.first.opinion(shown) if shown is not None else ""
        at = self.label.findData(mine)
        self.label.setCurrentIndex(max(at, 0))
        text = self.label.currentText() if at > 0 else ""
        self.said.setText(self.tr("Recorded: %1").replace("%1", text) if text else "")
        for button in (self.agree, self.disagree):
            button.setEnabled(self._reader.visible() is not None)

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
            self._session.told.emit(str(error))
            return
        self._session.told.emit(self.tr("Entries written: %1").replace("%1", str(len(made))))
