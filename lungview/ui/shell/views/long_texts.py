"""Lists whose rows may hold texts longer than there is room for: names and UIDs of up to 64 characters."""

from __future__ import annotations

from html import escape

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip


class LongTexts(QObject):
    """Has a list leave out the middle of what does not fit, and say all of it under the mouse.

    A row that has a tooltip of its own keeps it. Neither is taken for markup.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.viewport().installEventFilter(self)

    def said(self, index: QModelIndex) -> str:
        """All of a cell's text where the cell is too narrow for it, else ""."""
        told = index.data(Qt.ItemDataRole.DisplayRole)
        if not isinstance(told, str) or index.data(Qt.ItemDataRole.ToolTipRole):
            return ""
        delegate = self._view.itemDelegateForIndex(index)
        option = QStyleOptionViewItem()
        option.initFrom(self._view)
        option.font, option.fontMetrics = self._view.font(), self._view.fontMetrics()
        wanted = delegate.sizeHint(option, index).width()
        return told if wanted > self._view.visualRect(index).width() else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        index = self._view.indexAt(event.pos())
        own = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
        said = (own or self.said(index)) if index.isValid() else ""
        if not isinstance(said, str) or not said:
            return False
        where = self._view.visualRect(index)
        QToolTip.showText(event.globalPos(), as_tip(said, wraps=not own), self._view.viewport(), where)
        return True


def as_tip(text: str, *, wraps: bool = False) -> str:
    """A text for a tooltip, which Qt would take for markup where it looks like it: a name is none.

    Markup could read a picture from anywhere. wraps: break lines that are wider than a tooltip.
    """
    lines = escape(text).replace("\n", "<br>")
    return f"<span>{lines}</span>" if wraps or QtGui.Qt.mightBeRichText(text) else text
