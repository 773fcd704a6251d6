"""The table of a batch on screen: rows, and above them their patients or series."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSplitter, QTableView, QWidget

from lungview.ui.batch.groups import GROUP, HIGHEST, GroupTable
from lungview.ui.batch.table import (
    CALL,
    FILE,
    MALIGNANCY,
    PATIENT,
    PICTURE,
    REASON,
    ROW,
    SORT,
    THUMBNAIL,
    BarsDelegate,
    BatchFilter,
    BatchTable,
)
from lungview.ui.shell.views.long_texts import LongTexts

ROW_HEIGHT = 52
_NAME = (56, 190)  # px, of a file's name: its least and its best width


class _Rows(QTableView):
    """Where it is narrow, names of files give way to what they came to, until a reader drags the column."""

    def __init__(self) -> None:
        super().__init__()
        self._given = _NAME[1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.columnWidth(FILE) != self._given:
            return
        least, best = _NAME
        room = self.viewport().width() - self.columnWidth(PICTURE) - self.columnWidth(CALL)
        self._given = max(least, min(best, room))
        self.setColumnWidth(FILE, self._given)


class BatchView(QSplitter):
    """rows: sorted and filtered; groups: patients or series, those of the chosen one are shown below.

    opened: a row was double clicked, or entered.
    """

    opened = Signal(object)  # Row

    def __init__(self, table: BatchTable, rows_filter: BatchFilter, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("batch_view")  # its position is kept with the layout
        self._filter = rows_filter
        self.rows, self.groups, self.group_table = _Rows(), QTableView(), GroupTable(table, self)
        self.setChildrenCollapsible(False)
        self.addWidget(self.groups)
        self.addWidget(self.rows)
        self.setStretchFactor(1, 1)
        self._set_up_rows()
        self._set_up_groups()

    def _set_up_rows(self) -> None:
        view = self.rows
        view.setModel(self._filter)
        _plain(view, self.tr("Results"))
        view.setIconSize(QSize(*THUMBNAIL))
        view.setItemDelegateForColumn(CALL, BarsDelegate(view))
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.horizontalHeader().setMinimumSectionSize(56)
        view.horizontalHeader().setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        for column, width in ((PICTURE, THUMBNAIL[0] + 10), (FILE, _NAME[1]), (CALL, 170), (MALIGNANCY, 90)):
            view.setColumnWidth(column, width)
        view.activated.connect(lambda index: self.opened.emit(index.data(ROW)))

    def _set_up_groups(self) -> None:
        view = self.groups
        view.setModel(self.group_table)
        _plain(view, self.tr("Patients or series"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.horizontalHeader().setSectionResizeMode(GROUP, QHeaderView.ResizeMode.Stretch)
        view.setColumnWidth(HIGHEST, 150)
        view.selectionModel().currentRowChanged.connect(self._on_group)
        self.group_table.modelReset.connect(self._choose_again)
        view.hide()

    def group_by(self, column: int) -> None:
        """Show groups of PATIENT or SERIES above the rows; -1 for none."""
        self._filter.choose(only=(-1, ""))
        self.group_table.group_by(column)
        self.groups.setVisible(column >= 0)
        if column >= 0:
            self.groups.sortByColumn(HIGHEST, Qt.SortOrder.DescendingOrder)

    def hide_patient(self, hidden: bool) -> None:
        """Whose they are is not shown; what they came to is."""
        self.rows.setColumnHidden(PATIENT, hidden)
        self.group_table.hide_patient(hidden)

    def _choose_again(self) -> None:
        """The group whose rows are shown stays the chosen one when groups are counted anew."""
        column, key = self._filter.only
        if column >= 0:
            self.groups.setCurrentIndex(self.group_table.index(self.group_table.row_of(key), GROUP))

    def _on_group(self, index: QModelIndex) -> None:
        self._filter.choose(only=(self.group_table.column, index.data(SORT)) if index.isValid() else (-1, ""))


def _plain(view: QTableView, name: str) -> None:
    view.setSortingEnabled(True)
    view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.verticalHeader().hide()
    view.setAccessibleName(name)
    LongTexts(view)
