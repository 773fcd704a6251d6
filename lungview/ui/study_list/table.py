"""The list of studies as a Qt model: searched, filtered, sorted; names hidden where patients are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QIcon, QPixmap

from lungview.viewer.study_list.entry import Entry, EntryKey, Reading, words

Index = QModelIndex | QPersistentModelIndex
PICTURE, PATIENT, NUMBER, DATE, STUDY, MODALITY, PICTURES, STATE, OPENED = range(9)
_NO_PARENT = QModelIndex()


class StudyTable(QAbstractTableModel):
    """Entries in the order they are to be read."""

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
            return self._tip(entry, column) if self.named else None
        if role == kind.TextAlignmentRole and column == PICTURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (kind.DisplayRole, kind.AccessibleTextRole):
            return self._text(entry, column)
        return None

    def _tip(self, entry: Entry, column: int) -> str:
        """All of a text that its column may be too narrow for, and where the study lies."""
        if column not in (PATIENT, NUMBER, STUDY):
            return entry.place
        return "\n".join(filter(None, (self._text(entry, column), entry.place)))

    def _text(self, entry: Entry, column: int) -> str:
        if column in (PATIENT, NUMBER):
            return self._who(entry, column) if self.named else self.tr("(hidden)")
        if column == STUDY:
            return entry.study.description or self.tr("(no description)")
        texts: dict[int, Callable[[], str]] = {
            DATE: lambda: entry.date,
            MODALITY: lambda: ", ".join(entry.modalities),
            PICTURES: lambda: f"{entry.pictures:,}",
            STATE: lambda: self._state(entry),
            OPENED: lambda: entry.opened_here,
        }
        return texts[column]() if column in texts else ""

    def _who(self, entry: Entry, column: int) -> str:
        return entry.patient.patient_id if column == NUMBER else entry.name or self.tr("(no name)")

    def _state(self, entry: Entry) -> str:
        if entry.key in self.gone:
            return self.tr("Files gone")
        said = {
            Reading.UNREAD: self.tr("To read"),
            Reading.BEGUN: self.tr("Begun"),
            Reading.READ: self.tr("Read"),
        }
        return said[entry.reading]

    def sorted_by(self, entry: Entry, column: int) -> Any:
        """What sorting by a column compares."""
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


class StudyFilter(QAbstractTableModel):
    """Rows of a table that fit a search and a choice; unsorted they are in the order of reading.

    All rows are looked at in one go: Qt's own filter asks for each of them, and in sorting for each pair.
    KINDS: all, those still to be read, those that are read.
    """

    KINDS = ("all", "open", "read")

    def __init__(self, table: StudyTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table, self._text, self._kind = table, "", self.KINDS[0]
        self._column, self._order = -1, Qt.SortOrder.AscendingOrder
        self._rows: list[int] = []
        self._told: list[str] = []
        self._ordered: Sequence[int] = ()  # all rows, as they are sorted
        table.modelAboutToBeReset.connect(self.beginResetModel)
        table.modelReset.connect(self._on_reset)
        table.dataChanged.connect(lambda *_: self._on_changed())

    def choose(self, *, text: str | None = None, kind: str | None = None) -> None:
        """Show what fits another search, or another choice."""
        self._text = self._text if text is None else text
        self._kind = self._kind if kind is None else kind
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if (column, order) == (self._column, self._order):
            return  # Qt asks twice
        self._column, self._order = column, order
        self._put_in_order()
        self._arrange()

    @property
    def sorted(self) -> bool:
        """Whether another order than that of reading is shown."""
        return self._column >= 0

    def entry(self, row: int) -> Entry:
        return self._table.entries[self._rows[row]]

    def shown(self) -> list[Entry]:
        """All rows as they stand."""
        return [self._table.entries[row] for row in self._rows]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return self._table.columnCount(parent)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return self._table.headerData(section, orientation, role)

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid():
            return None
        return self._table.data(self._table.index(self._rows[index.row()], index.column()), role)

    def _on_reset(self) -> None:
        self._look()
        self._rows = self._wanted()
        self.endResetModel()

    def _on_changed(self) -> None:
        """Names are hidden or shown, or files are gone."""
        self._look()
        self._arrange()

    def _look(self) -> None:
        self._told = [words(entry, named=self._table.named) for entry in self._table.entries]
        self._put_in_order()

    def _put_in_order(self) -> None:
        entries = self._table.entries
        self._ordered = range(len(entries))
        if self.sorted:
            down = self._order is Qt.SortOrder.DescendingOrder
            keys = [self._table.sorted_by(entry, self._column) for entry in entries]
            self._ordered = sorted(self._ordered, key=keys.__getitem__, reverse=down)

    def _arrange(self) -> None:
        """Show what is wanted now; rows stay chosen as long as they are shown."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        places = [(self._rows[each.row()], each.column()) for each in kept]
        self._rows = self._wanted()
        at = {row: place for place, row in enumerate(self._rows)}
        moved = [self.index(at[row], column) if row in at else QModelIndex() for row, column in places]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _wanted(self) -> list[int]:
        entries, asked = self._table.entries, self._text.casefold().split()
        readings = {"all": set(Reading), "read": {Reading.READ}, "open": set(Reading) - {Reading.READ}}
        chosen = readings[self._kind]
        return [
            row
            for row in self._ordered
            if entries[row].reading in chosen and all(word in self._told[row] for word in asked)
        ]
