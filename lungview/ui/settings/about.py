"""Help → About: which program this is, where newer ones are, and what it is made of, with every licence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lungview import licences, version
from lungview.licences import Component
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.ui.studies.tasks import Task, Tasks


class AboutDialog(QDialog):
    """Version and commit above; below, the components with their licence texts, and the bill of materials.

    Both are read in the background; a failure stands where they would be.
    """

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About LungView"))
        screens.resize_within(self, 900, 680)
        self.components: tuple[Component, ...] = ()
        self.about = QLabel(self._about(), wordWrap=True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = QLabel(self.tr("Reading the licences…"), wordWrap=True)
        self._make_licences()
        self._make_bill()
        self.tabs = QTabWidget()
        self.tabs.addTab(self._panes(), self.tr("Third-party licences"))
        self.tabs.addTab(self.bill, self.tr("Bill of materials (CycloneDX)"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy = buttons.addButton(self.tr("Copy this page"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        for button in buttons.findChildren(QPushButton):  # Enter in the search field belongs to the search
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        for widget in (self.about, self.message, self.search, self.tabs, buttons):
            column.addWidget(widget)
        self._task: Task | None = tasks.run(_read, on_result=self._on_read, on_error=self._on_error)

    def _about(self) -> str:
        text = self.tr(
            "<h3>LungView %1</h3><p>A viewer for lung images with classification and heat maps. "
            "<b>Research use only. Not a medical device.</b></p>"
            "<p>It never looks for updates and sends nothing anywhere: newer versions are where you got this "
            "one, and the number above tells them apart.</p>"
            "<p>Apache License 2.0. Icons drawn for LungView, Apache License 2.0. "
            "Made with Qt (LGPL 3), pydicom, NumPy, OpenCV and LiteRT.</p>"
        )
        return text.replace("%1", str(version.build()))

    def _make_licences(self) -> None:
        self.search = QLineEdit(placeholderText=self.tr("Search component, licence or licence text"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search"))
        self.search.textChanged.connect(self._on_search)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([self.tr("Component"), self.tr("Version"), self.tr("Licence")])
        self.table.setAccessibleName(self.tr("Third-party licences"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 220)
        self.table.setColumnWidth(1, 200)
        self.table.currentCellChanged.connect(self._on_row)
        self.text = _reading_pane(self.tr("Licence text"))

    def _make_bill(self) -> None:
        self.bill = _reading_pane(self.tr("Bill of materials"))
        self.bill.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def _panes(self) -> QWidget:
        panes = QSplitter(Qt.Orientation.Vertical)
        panes.addWidget(self.table)
        panes.addWidget(self.text)
        panes.setSizes([240, 240])
        return panes

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def _on_read(self, found: tuple[Sequence[Component], str]) -> None:
        self._task = None
        self.message.hide()
        self.components, bill = tuple(found[0]), found[1]
        self.bill.setPlainText(bill)
        self.table.setRowCount(len(self.components))
        for row, each in enumerate(self.components):
            for column, text in enumerate((each.name, each.version, each.licence)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.setCurrentCell(0, 0)

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        self.tabs.setEnabled(False)
        self.message.setText(speaking.told(error))

    def _on_row(self, row: int) -> None:
        if not 0 <= row < len(self.components):
            self.text.clear()
            return
        self.text.setPlainText(self.components[row].text or self.tr("The package brings no licence text."))
        self._show_first_match()

    def _on_search(self, text: str) -> None:
        """Rows that hold the text anywhere stay; the first of them is shown at the place found."""
        wanted = text.strip().casefold()
        first = -1
        for row, each in enumerate(self.components):
            found = any(wanted in part.casefold() for part in (each.title, each.licence, each.text))
            self.table.setRowHidden(row, not found)
            first = row if found and first < 0 else first
        if first < 0 or self.table.isRowHidden(max(self.table.currentRow(), 0)):
            self.table.setCurrentCell(first, 0)
        self._show_first_match()

    def _show_first_match(self) -> None:
        wanted = self.search.text().strip()
        for pane in (self.text, self.bill):
            pane.moveCursor(QTextCursor.MoveOperation.Start)
            if wanted:
                pane.find(wanted)

    def _copy(self) -> None:
        """The list as lines, or the bill as JSON: what the page in front shows."""
        lines = [f"{each.title}\t{each.licence}" for each in self.components]
        on_bill = self.tabs.currentWidget() is self.bill
        QGuiApplication.clipboard().setText(self.bill.toPlainText() if on_bill else "\n".join(lines))


def _read() -> tuple[tuple[Component, ...], str]:
    bill = json.dumps(licences.bill_of_materials(), indent=1, ensure_ascii=False)
    return licences.components(), bill


def _reading_pane(name: str) -> QPlainTextEdit:
    pane = QPlainTextEdit(readOnly=True)
    pane.setAccessibleName(name)
    pane.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    return pane
