"""A layout of rows: what does not fit beside the others goes below, each row in the middle."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6  # pixels, between the widgets of a row and between rows


class Rows(QLayout):
    """As narrow as its widest widget, if it must."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        width = sum(size.width() for size in sizes) + GAP * max(len(sizes) - 1, 0)
        return self._framed(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        least = QSize()
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return self._framed(least)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        edges = self.contentsMargins()
        rows = self._rows(width - edges.left() - edges.right())
        heights = sum(self._height(row) for row in rows) + GAP * max(len(rows) - 1, 0)
        return heights + edges.top() + edges.bottom()

    def setGeometry(self, place: QRect) -> None:
        super().setGeometry(place)
        inside = place.marginsRemoved(self.contentsMargins())
        top = inside.top()
        for row in self._rows(inside.width()):
            widths = [min(item.sizeHint().width(), inside.width()) for item in row]
            left = inside.left() + (inside.width() - sum(widths) - GAP * (len(row) - 1)) // 2
            for item, width in zip(row, widths, strict=True):
                item.setGeometry(QRect(QPoint(left, top), QSize(width, self._height(row))))
                left += width + GAP
            top += self._height(row) + GAP

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            needed = item.sizeHint().width()
            if rows and used + GAP + needed <= width:
                rows[-1].append(item)
                used += GAP + needed
            else:
                rows.append([item])
                used = needed
        return rows

    @staticmethod
    def _height(row: list[QLayoutItem]) -> int:
        return max(item.sizeHint().height() for item in row)

    def _framed(self, size: QSize) -> QSize:
        edges = self.contentsMargins()
        return size + QSize(edges.left() + edges.right(), edges.top() + edges.bottom())
