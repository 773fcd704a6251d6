"""The name of a finding, asked for with the usual ones offered."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from lungview.viewer.nodules.findings import Findings

LOBES = ("RUL", "RML", "RLL", "LUL", "LLL")
LONGEST = 40


def ask_name(findings: Findings, parent: QWidget) -> None:
    """Ask for the chosen finding's name; an empty one takes it away."""
    opened = findings.opened(planes=True)
    listed = None if opened is None else findings.list_of(opened).find(findings.chosen)
    if opened is None or listed is None:
        return
    used = {each.name for each in findings.list_of(opened).all}
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(QCoreApplication.translate("Nodules", "Name of the finding"))
    dialog.setLabelText(QCoreApplication.translate("Nodules", "Lobe and number, or any other name"))
    dialog.setComboBoxEditable(True)
    dialog.setComboBoxItems([listed.name, *(_next(lobe, used) for lobe in LOBES)])
    dialog.setTextValue(listed.name)  # the entry of an editable box starts empty
    dialog.textValueSelected.connect(lambda name: findings.rename(name[:LONGEST]))
    dialog.open()


def _next(lobe: str, used: set[str]) -> str:
    """The first name of a lobe that no finding has."""
    number = 1
    while f"{lobe} {number}" in used:
        number += 1
    return f"{lobe} {number}"
