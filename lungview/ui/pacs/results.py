"""The table of studies that an archive has found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lungview.image.values import dates, person
from lungview.sources.source import FoundStudy
from lungview.ui.shell.views.long_texts import LongTexts

_COUNTS = (5, 6)  # columns of numbers
_WIDEST = 180  # px of a column: every one stays in sight


class Results(QTableWidget):
    """A study a row; sorted by a click on a column's head."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 7, parent)
        heads = ("Patient", "ID", "Date", "Modality", "Study", "Series", "Pictures")
        self.setHorizontalHeaderLabels([self.tr(each) for each in heads])
        self.setAccessibleName(self.tr("Studies found"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        LongTexts(self)
        self.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)

    def clear_studies(self) -> None:
        """Empty it."""
        self.setSortingEnabled(False)
        self.setRowCount(0)

    def add(self, study: FoundStudy) -> None:
        """One more row, at the end."""
        row = self.rowCount()
        self.insertRow(row)
        counts = ("" if n is None else n for n in (study.series, study.instances))
        told = (
            person.full(study.patient_name), study.patient_id, dates.date_text(study.study_date),
            ", ".join(study.modalities), study.description, *counts,
        )  # fmt: skip
        for column, value in enumerate(told):
            item = QTableWidgetItem()
            item.setData(Qt.ItemDataRole.DisplayRole, value)
            if column in _COUNTS:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(Qt.ItemDataRole.UserRole, study)
            self.setItem(row, column, item)

    def complete(self) -> None:
        """All are there: choose the first, and let them be sorted."""
        self.resizeColumnsToContents()
        for column in range(self.columnCount()):
            self.setColumnWidth(column, min(self.columnWidth(column), _WIDEST))
        self.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        if self.rowCount():
            self.selectRow(0)

    def chosen(self) -> FoundStudy | None:
        """The study of the selected row."""
        item = self.item(self.currentRow(), 0)
        study = item.data(Qt.ItemDataRole.UserRole) if item is not None and self.selectedItems() else None
        return study if isinstance(study, FoundStudy) else None
