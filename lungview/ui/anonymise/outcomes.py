"""The files of a run that were not plainly written: which, what became of it, why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lungview.report.anonymise import run as work
from lungview.report.anonymise.run import Outcome
from lungview.ui.shell.views.long_texts import LongTexts

MOST_SHOWN = 2000  # rows


class Outcomes(QTableWidget):
    """What may show a name comes first, then what failed, then what was left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels([self.tr("File"), self.tr("What became of it"), self.tr("Why")])
        self.setAccessibleName(self.tr("Files with a remark"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        LongTexts(self)
        self.verticalHeader().hide()
        self.setColumnWidth(0, 240)
        self.setColumnWidth(1, 240)
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def show_outcomes(self, told: Sequence[Outcome]) -> None:
        """Fill it anew."""
        order = (work.BURNED_IN, work.FAILED, work.LEFT_OUT)
        rows = sorted(told, key=lambda each: order.index(each.status))[:MOST_SHOWN]
        self.setRowCount(len(rows))
        for row, outcome in enumerate(rows):
            texts = (str(outcome.path), self._said(outcome), outcome.reason)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text if column else outcome.path.name)
                item.setToolTip(text)
                self.setItem(row, column, item)

    def _said(self, outcome: Outcome) -> str:
        if outcome.status == work.BURNED_IN:
            return self.tr("Written: look at it") if outcome.name else self.tr("Not written: may show a name")
        failed = outcome.status == work.FAILED
        return self.tr("Not written: failed") if failed else self.tr("Left out")
