"""The list of studies as a Qt model: searched, filtered, sorted; names hidden where patients are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QIcon, QPixmap

from lungview.viewer.study_list.entry import Entry, EntryKey, Reading, fits

Index = QModelIndex | QPersistentModelIndex
PICTURE, PATIENT, NUMBER, DATE, STUDY, MODALITY, PICTURES, STATE, OPENED = range(9)
SORT = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()


class StudyTable(QAbstractTableModel):
    """Entries in the order they are to be read. SORT: what sorting compares."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.gone: frozenset[EntryKey] = frozenset()
        self.named = True
        self._icons: dict[EntryKey, QIcon] = {}

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Fill it anew."""
        self.beginResetModel()
        self.entries, self._icons = tuple(entries), {}
        self.endResetModel()

    def mark_gone(self, gone: frozenset[EntryKey]) -> None:
        """Say of which studies nothing is left."""
        self.gone = gone
        self._all_changed()

    def name_patients(self, named: bool) -> None:
        """Show or hide who it is."""
        self.named = named
        self._all_changed()

    def _all_changed(self) -> None:
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, OPENED))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else OPENED + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        heads = (
            "", self.tr("Patient"), self.tr("ID"), self.tr("Date"), self.tr("Study"), self.tr("Modality"),
            self.tr("Pictures"), self.tr("State"), self.tr("Opened"),
        )  # fmt: skip
        return heads[section]

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid():
            return None
        entry, column = self.entries[index.row()], index.column()
        kind = Qt.ItemDataRole
        if role == kind.DecorationRole and column == PICTURE:
            return self._icon(entry)
        if role == kind.ToolTipRole:
            return entry.place if self.named else None
        if role == kind.TextAlignmentRole and column == PICTURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (kind.DisplayRole, SORT, kind.AccessibleTextRole):
            return self._text(entry, column) if role != SORT else self._sorted_by(entry, column)
        return None

    def _text(self, entry: Entry, column: int) -> str:
        hidden = self.tr("(hidden)")
        texts = {
            PATIENT: entry.name or self.tr("(no name)") if self.named else hidden,
            NUMBER: entry.patient.patient_id if self.named else hidden,
            DATE: entry.date,
            STUDY: entry.study.description or self.tr("(no description)"),
            MODALITY: ", ".join(entry.modalities),
            PICTURES: f"{entry.pictures:,}",
            STATE: self._state(entry),
            OPENED: entry.opened_here,
        }
        return texts.get(column, "")

    def _state(self, entry: Entry) -> str:
        if entry.key in self.gone:
            return self.tr("Files gone")
        said = {
            Reading.UNREAD: self.tr("To read"),
            Reading.BEGUN: self.tr("Begun"),
            Reading.READ: self.tr("Read"),
        }
        return said[entry.reading]

    def _sorted_by(self, entry: Entry, column: int) -> Any:
        if column == PICTURES:
            return entry.pictures
        if column == OPENED:
            return entry.opened
        return entry.study.date + entry.study.time if column == DATE else self._text(entry, column).casefold()

    def _icon(self, entry: Entry) -> QIcon:
        if entry.key not in self._icons:
            pixmap, icon = QPixmap(), QIcon()
            if entry.thumbnail and pixmap.loadFromData(entry.thumbnail):
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint the selected one
                    icon.addPixmap(pixmap, mode)
            self._icons[entry.key] = icon
        return self._icons[entry.key]


class StudyFilter(QSortFilterProxyModel):
    """Rows that fit a search and a choice; unsorted they are in the order of reading.

    KINDS: all, those still to be read, those that are read.
    """

    KINDS = ("all", "open", "read")

    def __init__(self, table: StudyTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table, self._text, self._kind = table, "", self.KINDS[0]
        self.setSourceModel(table)
        self.setSortRole(SORT)
        self.setDynamicSortFilter(True)

    def choose(self, *, text: str | None = None, kind: str | None = None) -> None:
        """Show what fits another search, or another choice."""
        self._text = self._text if text is None else text
        self._kind = self._kind if kind is None else kind
        self.invalidate()

    @property
    def sorted(self) -> bool:
        """Whether another order than that of reading is shown."""
        return self.sortColumn() >= 0

    def entry(self, row: int) -> Entry:
        return self._table.entries[self.mapToSource(self.index(row, 0)).row()]

    def shown(self) -> list[Entry]:
        """All rows as they stand."""
        return [self.entry(row) for row in range(self.rowCount())]

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        entry = self._table.entries[row]
        read = entry.reading is Reading.READ
        chosen = {"all": True, "open": not read, "read": read}[self._kind]
        return chosen and fits(entry, self._text, named=self._table.named)
