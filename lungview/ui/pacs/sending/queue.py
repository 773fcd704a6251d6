"""The queue as a table: each object's state, to be tried again or taken out; and a dialog that holds it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.sources.outgoing import Item
from lungview.sources.sending import State
from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.ui.shell import screens
from lungview.ui.shell.views.long_texts import LongTexts
from lungview.ui.studies.listening import listen
from lungview.viewer.archives.outbox import KEPT_DAYS, Row
from lungview.viewer.archives.sender import Sender

if TYPE_CHECKING:
    from lungview.viewer.common.background import Call

_PATIENT = 1
_REASON = 4  # the column that takes what room is left
_WIDEST = 180  # px of another
_AFTER_ERROR_MS = 2000  # then a queue that could not be read is read once more


class QueuePanel(QWidget):
    """The newest first. hidden: whether the patient is to be seen by nobody."""

    def __init__(self, sender: Sender, hidden: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sender, self._hidden = sender, hidden
        self._reading: Call | None = None
        self._stale = self._unread = False
        self._later = QTimer(self, singleShot=True, interval=_AFTER_ERROR_MS)
        self._later.timeout.connect(self.refresh)
        self._items: list[Item] = []
        self.table = self._made_table()
        self.again_button = QPushButton(self.tr("Try again now"), autoDefault=False)
        self.remove_button = QPushButton(self.tr("Take out"), autoDefault=False)
        self.again_button.clicked.connect(lambda: sender.again(self.chosen()))
        self.remove_button.clicked.connect(lambda: sender.remove(self.chosen()))
        self.table.itemSelectionChanged.connect(self._enable)
        kept = self.tr("What was sent is listed for %1 days.").replace("%1", str(KEPT_DAYS))
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        row.addWidget(QLabel(kept))
        row.addStretch()
        row.addWidget(self.again_button)
        row.addWidget(self.remove_button)
        column.addLayout(row)
        listen(self, sender.changed, self.refresh)
        self._enable()
        self.refresh()

    def _made_table(self) -> QTableWidget:
        heads = ("Object", "Patient", "Archive", "State", "Remark")
        table = QTableWidget(0, len(heads))
        table.setHorizontalHeaderLabels([self.tr(each) for each in heads])
        table.setAccessibleName(self.tr("Objects sent and waiting"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        LongTexts(table)
        table.horizontalHeader().setSectionResizeMode(_REASON, QHeaderView.ResizeMode.Stretch)
        return table

    def refresh(self) -> None:
        """Read the queue anew in the background; wishes that come meanwhile are one."""
        if self._reading is not None:
            self._stale = True
            return
        self._stale = False
        self._reading = self._sender.look(self._show, self._failed)

    def chosen(self) -> list[Item]:
        """The items of the selected rows."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [self._items[row] for row in rows]

    def _show(self, rows: Sequence[Row]) -> None:
        if not shiboken6.isValid(self):
            return
        self._reading, self._unread = None, False
        kept = {item.path for item in self.chosen()}
        self.table.blockSignals(True)
        self._items = [row.item for row in reversed(rows)]
        self.table.setRowCount(len(rows))
        self.table.clearSelection()
        for number, row in enumerate(reversed(rows)):
            self._fill(number, row)
            if row.item.path in kept:
                self._select(number)
        self.table.blockSignals(False)
        self.table.setColumnHidden(_PATIENT, self._hidden())
        self.table.resizeColumnsToContents()
        for number in range(_REASON):
            self.table.setColumnWidth(number, min(self.table.columnWidth(number), _WIDEST))
        self.table.horizontalHeader().setSectionResizeMode(_REASON, QHeaderView.ResizeMode.Stretch)
        self._enable()
        if self._stale:
            self.refresh()

    def _select(self, row: int) -> None:
        model, kind = self.table.model(), QItemSelectionModel.SelectionFlag
        self.table.selectionModel().select(model.index(row, 0), kind.Select | kind.Rows)

    def _fill(self, number: int, row: Row) -> None:
        item = row.item
        told = (row.what or item.path.name, row.patient, item.node, self._state(item), _remark(self, item))
        for column, text in enumerate(told):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            self.table.setItem(number, column, cell)

    def _state(self, item: Item) -> str:
        return {
            State.WAITING: self.tr("waiting"),
            State.SENT: self.tr("sent"),
            State.COMMITTED: self.tr("sent, and kept by the archive"),
            State.FAILED: self.tr("not sent"),
        }[item.state]

    def _failed(self, error: BaseException) -> None:
        """Say so once, and read again until it can be read: the table is never old for good."""
        if not shiboken6.isValid(self):
            return
        self._reading = None
        self._later.start()
        if not self._unread:
            self._unread = True
            self._sender.failed.emit(error)

    def _enable(self) -> None:
        chosen = self.chosen()
        unsent = [item for item in chosen if item.state in (State.WAITING, State.FAILED)]
        self.again_button.setEnabled(bool(chosen) and len(unsent) == len(chosen))
        self.remove_button.setEnabled(bool(chosen))


def _remark(panel: QueuePanel, item: Item) -> str:
    """Why it waits or failed, and when it is tried again."""
    said = speaking.said(item.reason) if item.reason else ""
    if item.state is not State.WAITING or not item.tries:
        return said
    moment = time.strftime("%H:%M:%S", time.localtime(item.due))
    again = panel.tr("Tried %1 times, again at %2").replace("%1", str(item.tries)).replace("%2", moment)
    return f"{again}: {said}" if said else again


class QueueDialog(QDialog):
    """Not modal: it may stay beside the pictures."""

    def __init__(self, sender: Sender, hidden: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sent to archives"))
        screens.resize_within(self, 860, 380)
        self.panel = QueuePanel(sender, hidden)
        self.status = QLabel(wordWrap=True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        close = QPushButton(self.tr("Close"), autoDefault=False)
        close.clicked.connect(self.close)
        sender.failed.connect(lambda error: self.status.setText(words.failure(error)))
        row = QHBoxLayout()
        row.addWidget(self.status, 1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.panel)
        column.addLayout(row)
