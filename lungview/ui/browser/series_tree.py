"""The tree of what is open: series are dragged out of it, studies and patients closed in its menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from lungview.ui.shell.views.long_texts import LongTexts
from lungview.ui.shell.views.view_frame import SERIES_DRAGGED

KEY = Qt.ItemDataRole.UserRole  # of a series' row: its key
THUMBNAIL = 72


class SeriesTree(QTreeWidget):
    """Patients, their studies, the studies' series. close_wanted carries the keys of the series to close."""

    close_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setProperty("refilled", True)  # by its panel, when the language changes
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setWordWrap(True)
        self.setIndentation(10)
        self.setAccessibleName(self.tr("Series"))
        self.setDragEnabled(True)
        LongTexts(self)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        """The key of the series that is dragged; nothing of a patient's or a study's row."""
        data = QMimeData()
        key = items[0].data(0, KEY) if items else None
        if key:
            data.setData(SERIES_DRAGGED, key.encode())
        return data

    def menu_for(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with the row of a patient, a study or a series."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        study = (item.parent() or item) if item.data(0, KEY) else item
        patient = study.parent() or study
        if study is not patient:
            menu.addAction(self.tr("Close study")).triggered.connect(lambda: self._close(study))
        menu.addAction(self.tr("Close all of this patient")).triggered.connect(lambda: self._close(patient))
        return menu

    def _on_menu(self, position: QPoint) -> None:
        item = self.itemAt(position)
        if item is not None:
            self.menu_for(item).popup(self.viewport().mapToGlobal(position))

    def _close(self, item: QTreeWidgetItem) -> None:
        self.close_wanted.emit(tuple(_keys_under(item)))


def _keys_under(item: QTreeWidgetItem) -> list[str]:
    key = item.data(0, KEY)
    children = (item.child(at) for at in range(item.childCount()))
    below = [key for child in children if child is not None for key in _keys_under(child)]
    return [key, *below] if key else below
