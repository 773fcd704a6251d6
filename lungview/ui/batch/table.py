"""The batch's rows as a Qt model: sorted, filtered, with thumbnails and probability bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from lungview.batch.row import Row
from lungview.classify import words
from lungview.classify.case import Verdict
from lungview.classify.outcome import Status, is_flagged, status_of
from lungview.classify.verdict import malignancy
from lungview.model.card import ModelCard
from lungview.ui.language import speaking

Index = QModelIndex | QPersistentModelIndex
PICTURE, FILE, CALL, MALIGNANCY, VERDICT, PATIENT, SERIES, REASON = range(8)
SORT = Qt.ItemDataRole.UserRole
ROW = Qt.ItemDataRole.UserRole + 1
BARS = Qt.ItemDataRole.UserRole + 2
THUMBNAIL = (66, 48)  # px, width and height at most
_COLOURS = ("#6ea8dc", "#e0a458", "#c77dff", "#7fc8a9", "#d86f6f", "#b0b0b0")


class BatchTable(QAbstractTableModel):
    """Rows in the order they came. ROW: the Row; BARS: its probabilities; SORT: what sorting compares."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.card: ModelCard | None = None
        self._at: dict[object, int] = {}
        self._pictures: dict[int, QPixmap] = {}

    def clear(self) -> None:
        self.beginResetModel()
        self.rows, self._at, self._pictures = [], {}, {}
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows; a file that is there already gets its new row."""
        new = [row for row in rows if row.source.label not in self._at]
        for row in rows:
            at = self._at.get(row.source.label)
            if at is not None:
                self.rows[at] = row
                self._pictures.pop(at, None)
                self.dataChanged.emit(self.index(at, 0), self.index(at, REASON))
        if new:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for i, row in enumerate(new):
                self._at[row.source.label] = first + i
            self.rows.extend(new)
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else REASON + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            "",
            self.tr("File"),
            self.tr("Call"),
            self.tr("Malignancy"),
            self.tr("Verdict"),
            self.tr("Patient"),
            self.tr("Series"),
            self.tr("Reason"),
        )[section]

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DecorationRole and index.column() == PICTURE:
            return self._picture(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, SORT):
            return self._value(row, index.column(), role == SORT)
        if role == BARS and index.column() == CALL:
            return row.case.judged.probabilities if row.case.judged else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, index.column())
        return None

    def _picture(self, at: int) -> QPixmap:
        if at not in self._pictures:
            pixmap = QPixmap()
            pixmap.loadFromData(self.rows[at].thumbnail)
            if not pixmap.isNull():
                keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                pixmap = pixmap.scaled(*THUMBNAIL, keep, smooth)
            self._pictures[at] = pixmap
        return self._pictures[at]

    def _value(self, row: Row, column: int, for_sorting: bool) -> Any:
        if column == MALIGNANCY:
            total = self.malignancy(row)
            if for_sorting:
                return -1.0 if total is None else total
            return "" if total is None else words.share(total, 3)
        return {
            FILE: row.source.label.name + (f" [{row.case.instance.frame + 1}]" if row.frames > 1 else ""),
            CALL: self._call(row),
            VERDICT: _verdict(row),
            PATIENT: row.patient_id,
            SERIES: row.case.instance.series_instance_uid[-12:],
            REASON: _reason(row),
        }.get(column, "")

    def _call(self, row: Row) -> str:
        found = row.case.prediction
        if found is None or found.verdict is not Verdict.CALLED or self.card is None:
            return ""
        return speaking.said(next((c.text for c in self.card.classes if c.key == found.label), found.label))

    def malignancy(self, row: Row) -> float | None:
        """Probability of malignancy, None where there is none or the gate refused the picture."""
        found = row.case.judged
        return malignancy(self.card, found.probabilities) if found and self.card else None

    def _tip(self, row: Row, column: int) -> str:
        found = row.case.judged
        if column == CALL and found and self.card:
            names = {c.key: c.text for c in self.card.classes}
            pairs = zip(found.keys, found.probabilities, strict=True)
            return "\n".join(f"{speaking.said(names.get(k, k))}: {words.share(p, 3)}" for k, p in pairs)
        return str(row.source.label) if column == FILE else _reason(row)


def group_key(row: Row, column: int) -> str:
    """The person or the series a row belongs to, "" where the file does not say.

    Two people may have one ID or none, and one Series UID: what groups is the code of the person. Results of
    a version that kept none go by Patient ID.
    """
    instance = row.case.instance
    who = instance.person or (f"id {row.patient_id}" if row.patient_id else "")
    if column == PATIENT:
        return who
    parts = who, row.study_uid, instance.series_instance_uid
    return "\0".join(parts) if any(parts[1:]) else ""


def group_name(row: Row, column: int) -> str:
    """What the row's patient or series is called, "" where the file does not say; several may be alike."""
    return row.patient_id if column == PATIENT else row.case.instance.series_instance_uid


def _verdict(row: Row) -> str:
    found = row.case.prediction
    if found is None:
        return speaking.said(str(status_of(row.case)))
    said = speaking.said(str(found.verdict))
    return f"{said}, {speaking.said(words.OVERRIDDEN)}" if found.suitability.overridden else said


def _reason(row: Row) -> str:
    if row.case.error is not None:
        return speaking.said(row.case.error.message)
    found = row.case.prediction
    return "; ".join(map(speaking.said, found.suitability.reasons)) if found else ""


class BatchFilter(QSortFilterProxyModel):
    """Rows whose file, call, patient or reason holds a text, of one kind."""

    KINDS = ("all", "flagged", *(str(s) for s in Status))

    def __init__(self, table: BatchTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table, self.kind, self.text = table, "all", ""
        self.only = (-1, "")
        self.setSourceModel(table)
        self.setSortRole(SORT)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def choose(
        self, *, kind: str | None = None, text: str | None = None, only: tuple[int, str] | None = None
    ) -> None:
        """Show one kind, or only what holds a text, or one group: PATIENT or SERIES (-1 for all), its key."""
        self.beginFilterChange()
        self.only = self.only if only is None else only
        self.kind = self.kind if kind is None else kind
        self.text = self.text if text is None else text.casefold()
        self.endFilterChange()

    def filterAcceptsRow(self, at: int, parent: Index) -> bool:
        row = self.table.rows[at]
        column, key = self.only
        inside = column < 0 or group_key(row, column) == key
        return inside and self._is_kind(row) and self._holds_text(row)

    def _is_kind(self, row: Row) -> bool:
        if self.kind == "flagged":
            return self.table.card is not None and is_flagged(row.case, self.table.card)
        return self.kind == "all" or str(row.status) == self.kind

    def _holds_text(self, row: Row) -> bool:
        if not self.text:
            return True
        parts = (str(row.source.label), self.table._call(row), row.patient_id, _reason(row))
        return any(self.text in part.casefold() for part in parts)


class BarsDelegate(QStyledItemDelegate):
    """Draws the probabilities of all classes as a thin stacked bar under the call."""

    HEIGHT = 5

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        values = index.data(BARS)
        if not values:
            return
        area: QRect = option.rect.adjusted(4, 0, -4, -4)
        x = float(area.left())
        for i, value in enumerate(values):
            wide = value * area.width()
            bar = QRect(round(x), area.bottom() - self.HEIGHT, max(round(wide), 0), self.HEIGHT)
            painter.fillRect(bar, QColor(_COLOURS[i % len(_COLOURS)]))
            x += wide
