"""The patients or the series of a batch: how many files, how many to look at, the highest probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from lungview.batch.row import Row
from lungview.classify import words
from lungview.classify.outcome import is_flagged
from lungview.ui.batch.table import PATIENT, SERIES, SORT, BatchTable, group_key, group_name

Index = QModelIndex | QPersistentModelIndex
GROUP, FILES, FLAGGED, HIGHEST = range(4)
WAIT = 200  # ms after the last new row


@dataclass(slots=True)
class Group:
    """One patient or series; highest: probability of malignancy among its files, −1 where none has one.

    number: among those of one name, from 1; 0 when it is the only one.
    """

    key: str
    name: str = ""
    number: int = 0
    files: int = 0
    flagged: int = 0
    highest: float = -1.0


class GroupTable(QAbstractTableModel):
    """The groups of a table's rows. SORT gives a group's key in column GROUP.

    Its view is its parent: a timer that Python's collector ends in a worker's thread crashes the program.
    """

    def __init__(self, table: BatchTable, parent: QObject) -> None:
        super().__init__(parent)
        self.table, self.column = table, -1
        self.groups: list[Group] = []
        self._hidden = False
        self._order = (HIGHEST, Qt.SortOrder.DescendingOrder)
        self._timer = QTimer(self, singleShot=True, interval=WAIT)
        self._timer.timeout.connect(self.count)
        for signal in (table.rowsInserted, table.dataChanged, table.modelReset):
            signal.connect(self._on_rows)

    def _on_rows(self, *_: object) -> None:
        self._timer.start()

    def group_by(self, column: int) -> None:
        """Group by PATIENT or SERIES; -1 for not at all."""
        self.column = column
        self.count()

    def hide_patient(self, hidden: bool) -> None:
        """Number the patients instead of naming them."""
        self._hidden = hidden
        if self.groups:
            self.dataChanged.emit(self.index(0, GROUP), self.index(len(self.groups) - 1, GROUP))

    def count(self) -> None:
        """Count anew; the order stays the one chosen."""
        found: dict[str, Group] = {}
        for row in self.table.rows if self.column >= 0 else ():
            key = group_key(row, self.column)
            self._add(found.setdefault(key, Group(key, group_name(row, self.column))), row)
        _number(found.values())
        self._show(list(found.values()))

    def _show(self, groups: list[Group]) -> None:
        column, order = self._order
        self.beginResetModel()
        backwards = order is Qt.SortOrder.DescendingOrder
        self.groups = sorted(groups, key=lambda g: _values(g)[max(column, 0)], reverse=backwards)
        self.endResetModel()

    def _add(self, group: Group, row: Row) -> None:
        group.files += 1
        group.flagged += self.table.card is not None and is_flagged(row.case, self.table.card)
        group.highest = max(group.highest, -1.0 if (p := self.table.malignancy(row)) is None else p)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = column, order
        self._show(self.groups)

    def row_of(self, key: str) -> int:
        """Where a group is, -1 for nowhere."""
        return next((at for at, group in enumerate(self.groups) if group.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.groups)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else HIGHEST + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        first = self.tr("Patient") if self.column == PATIENT else self.tr("Series")
        return (first, self.tr("Files"), self.tr("To look at"), self.tr("Highest malignancy"))[section]

    def data(self, index: Index, role: int = 0) -> Any:
        group = self.groups[index.row()]
        if role == SORT:
            return group.key if index.column() == GROUP else _values(group)[index.column()]
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        highest = words.share(group.highest, 3) if group.highest >= 0 else ""
        return (self._name(group), f"{group.files:,}", f"{group.flagged:,}", highest)[index.column()]

    def _name(self, group: Group) -> str:
        if self._hidden and self.column == PATIENT:
            return self.tr("hidden")
        name = group.name or self.tr("not said in the file")
        numbered = self.tr("%1 (no. %2)") if self.column == SERIES else self.tr("%1 (person %2)")
        return numbered.replace("%1", name).replace("%2", str(group.number)) if group.number else name


def _number(groups: Iterable[Group]) -> None:
    """Number the groups that share a name: two people under one Patient ID, or under none."""
    alike: dict[str, list[Group]] = {}
    for group in groups:
        if group.key:
            alike.setdefault(group.name, []).append(group)
    for same in alike.values():
        for number, group in enumerate(same, 1):
            group.number = number if len(same) > 1 else 0


def _values(group: Group) -> tuple[tuple[str, int], int, int, float]:
    return (group.name, group.number), group.files, group.flagged, group.highest
