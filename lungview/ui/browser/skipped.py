"""The files that gave no picture, with a reason for each: one list instead of a storm of dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.ui.shell.views.long_texts import LongTexts

if TYPE_CHECKING:
    from lungview.sources.files.scan import Skipped


class SkippedDialog(QDialog):
    """File, reason and what to do next, a row each; can be copied as text."""

    def __init__(self, skipped: Sequence[Skipped], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Skipped files"))
        screens.resize_within(self, 760, 420)
        self._skipped = tuple(skipped)
        count = QLabel(self.tr("Files that gave no picture: %1").replace("%1", str(len(skipped))))
        self.table = QTableWidget(len(skipped), 3)
        self.table.setHorizontalHeaderLabels([self.tr("File"), self.tr("Reason"), self.tr("What to do")])
        self.table.setAccessibleName(self.windowTitle())
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        LongTexts(self.table)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for row, each in enumerate(self._skipped):
            for column, text in enumerate(_row(each)):
                item = QTableWidgetItem(text)
                item.setToolTip(str(each.path) if column == 0 else text)
                self.table.setItem(row, column, item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton(self.tr("Copy as text"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        column_ = QVBoxLayout(self)
        for widget in (count, self.table, buttons):
            column_.addWidget(widget)

    def text(self) -> str:
        """The list, a line a file: path, tab, reason."""
        return "\n".join(f"{each.path}\t{_row(each)[1]}" for each in self._skipped)


def _row(skipped: Skipped) -> tuple[str, str, str]:
    """File, reason and what to do next."""
    error = skipped.error
    return skipped.path.name, speaking.said(error.message), speaking.said(error.hint)
