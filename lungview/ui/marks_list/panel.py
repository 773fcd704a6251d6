"""The marks panel: the list of the study's marks, and the curve or histogram of the chosen one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lungview.files import write_atomically
from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation
from lungview.marks.derived.histogram import histogram
from lungview.marks.derived.profile import profile
from lungview.marks.kinds import KINDS, Kind, Measures
from lungview.marks.measure_text import number
from lungview.ui.marks_list.chart import Chart
from lungview.ui.marks_list.tree import MarksTree
from lungview.viewer.marks_list import desk as desks
from lungview.viewer.marks_list import table
from lungview.viewer.workspace import Workspace


class MarksPanel(QWidget):
    """Knows the desk; what it does is undone as what is done on the picture is."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._desk = workspace, desks.of(workspace)
        self.tree, self.chart = MarksTree(), Chart()
        self.hint = QLabel(
            self.tr("Measure, outline or point at something: it is listed here."), wordWrap=True
        )
        self.said = QLabel(wordWrap=True)
        self.said.setProperty("role", "muted")
        self.rename, self.delete = QPushButton(self.tr("Name…")), QPushButton(self.tr("Delete"))
        self.copy, self.save = QPushButton(self.tr("Copy")), QPushButton(self.tr("CSV…"))
        self.copy.setToolTip(self.tr("The list as text, without the patient"))
        self.save.setToolTip(self.tr("The list as a table for a spreadsheet, without the patient"))
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        column, buttons = QVBoxLayout(self), QHBoxLayout()
        for button in (self.rename, self.delete, self.copy, self.save):
            button.setMinimumWidth(56)
            buttons.addWidget(button, 1)
        column.addWidget(self.hint)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)
        column.addWidget(self.chart)
        column.addWidget(self.said)

    def _connect(self) -> None:
        desk = self._desk
        self.tree.went.connect(desk.go)
        self.tree.renamed.connect(desk.rename)
        self.tree.hid.connect(desk.hide)
        self.tree.written.connect(self._show)
        self.rename.clicked.connect(lambda: self.tree.edit_name(desk.chosen))
        self.delete.clicked.connect(lambda: desk.remove(desk.chosen))
        self.copy.clicked.connect(self.copy_text)
        self.save.clicked.connect(self._ask)
        desk.changed.connect(self._show)
        desk.chosen_changed.connect(self._show_chosen)

    def copy_text(self) -> None:
        """Put the list on the clipboard as text."""
        desk = self._desk
        QGuiApplication.clipboard().setText(table.as_text(desk.marks, desk.measured, desk.stacks))
        said = self.tr("%1 marks copied, without the patient")
        self._workspace.news.told.emit(said.replace("%1", str(len(desk.marks))))

    def save_to(self, path: Path) -> None:
        """Write the list as a table; what cannot be written is told."""
        desk = self._desk
        data = table.as_csv(desk.marks, desk.measured, desk.stacks, desk.annotations.hidden)
        path = path if path.suffix else path.with_suffix(".csv")
        try:
            write_atomically(path, data)
            self._workspace.news.told.emit(self.tr("Exported: %1").replace("%1", path.name))
        except OSError as error:
            said = self.tr("The list cannot be written to %1: %2").replace("%1", path.name)
            self._workspace.news.told.emit(said.replace("%2", error.strerror or ""))

    def _ask(self) -> None:
        proposed = f"lungview-marks-{date.today():%Y-%m-%d}.csv"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Marks as a table"), proposed, "*.csv")
        if name:
            self.save_to(Path(name))

    def _show(self) -> None:
        desk = self._desk
        self.tree.show_marks(desk.marks, desk.measured, desk.stacks, desk.annotations.hidden, desk.chosen)
        self.hint.setVisible(not desk.marks)
        for button in (self.copy, self.save):
            button.setEnabled(bool(desk.marks))
        self._show_chosen()

    def _show_chosen(self) -> None:
        self.tree.choose(self._desk.chosen)
        for button in (self.rename, self.delete):
            button.setEnabled(self._desk.find(self._desk.chosen) is not None)
        picture = self._desk.picture
        said = "" if picture is None else self._chart(*picture)
        self.chart.setVisible(bool(said))
        self.said.setVisible(bool(said))
        self.said.setText(said)

    def _chart(self, shown: Slice, drawn: Annotation) -> str:
        """Draw what the mark has values of, and say it in a sentence; "" where there is nothing to draw."""
        if drawn.kind is Kind.PROFILE:
            return self._profile(shown, drawn)
        if KINDS[drawn.kind].measures is Measures.REGION:
            return self._histogram(shown, drawn)
        return ""

    def _profile(self, shown: Slice, drawn: Annotation) -> str:
        found = profile(shown, *drawn.points)
        if found is None:
            return ""
        self.chart.show_profile(found)
        known = found.values[np.isfinite(found.values)]
        if not known.size:
            return self.tr("The line lies where the picture has no values.")
        said = self.tr("Along %1: from %2 to %3").replace("%1", f"{found.at[-1]:.1f} {found.unit}")
        low, high = number(float(known.min()), ""), number(float(known.max()), found.value_unit)
        return said.replace("%2", low).replace("%3", high)

    def _histogram(self, shown: Slice, drawn: Annotation) -> str:
        found = histogram(shown, drawn)
        if found is None:
            return ""
        self.chart.show_histogram(found)
        lower, middle, upper = (number(round(value, 1), "") for value in found.quartiles)
        said = self.tr("Median %1 %4, half of the pixels from %2 to %3").replace("%1", middle)
        return said.replace("%2", lower).replace("%3", upper).replace("%4", found.unit)
