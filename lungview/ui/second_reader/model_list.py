"""The models to choose from, those of one task together under a heading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox

from lungview.classify.error_rate import error_rate
from lungview.model.registry import Entry
from lungview.ui.language import speaking
from lungview.viewer.second_reader.models import NODULE, SUBTYPE, grouped


def tr(text: str) -> str:
    return QCoreApplication.translate("ModelList", text)


def _heading(task: str) -> str:
    if task == SUBTYPE:
        return tr("Subtype, of the whole slice")
    if task == NODULE:
        return tr("Nodule, in a box you draw")
    return tr("Other models")


def fill(box: QComboBox, entries: Sequence[Entry]) -> None:
    """Offer the models; a heading cannot be chosen. Each item's data is the model's id."""
    model = QStandardItemModel(box)
    groups = grouped(entries)
    for task, found in groups:
        if len(groups) > 1:
            item = QStandardItem(_heading(task))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            model.appendRow(item)
        for entry in found:
            item = QStandardItem(entry.card.name)
            item.setData(entry.card.id, Qt.ItemDataRole.UserRole)
            item.setToolTip(f"{entry.card.name}\n{speaking.said(error_rate(entry.card))}")
            model.appendRow(item)
    box.setModel(model)
    box.setMaxVisibleItems(max(10, model.rowCount()))
