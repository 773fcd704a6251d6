"""Lungs in numbers: each lung and its thirds, the map, the histogram, all scans of the patient over time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.files import write_atomically
from lungview.lung.quantify import Detail, Quantities
from lungview.report.lungs import table, words
from lungview.report.lungs.picture import bars, map_picture
from lungview.ui.language import speaking
from lungview.ui.quantification.figures import CoronalView, HistogramView
from lungview.ui.shell import screens
from lungview.viewer.quantification.measuring import Measuring

_MESSAGE, _SHEET = (460, 130), (1040, 620)  # px: without numbers, with them
_MOST_ROWS = 7  # of a table that are always in sight; more scroll where the screen is small


class QuantificationDialog(QDialog):
    """Beside the window, of the series that was shown when it was opened."""

    def __init__(
        self, measuring: Measuring, tell: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Lungs in numbers"))
        self._measuring, self._tell, self._grown = measuring, tell, False
        self.about, self.sentence, self.unsure = (QLabel(wordWrap=True) for _ in range(3))
        self.how = QLabel(wordWrap=True)
        self.how.setProperty("role", "muted")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = [speaking.said(each) for each in words.HEAD]
        self.values = _table([self.tr("Lung"), self.tr("Part"), *head])
        self.time = _table([self.tr("Over time, both lungs"), *head])
        self.coronal, self.histogram = CoronalView(), HistogramView()
        self.map_title = QLabel(self.tr("Share of lung below −950 HU, seen from the front"))
        self._make_buttons()
        self._lay_out()
        measuring.changed.connect(self._show)
        measuring.begin()
        self._show()

    def _make_buttons(self) -> None:
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton(self.tr("Copy as text"), role)
        self.save = self.buttons.addButton(self.tr("CSV…"), role)
        self.copy.setToolTip(self.tr("Without the patient"))
        self.save.setToolTip(self.copy.toolTip())
        self.copy.clicked.connect(self.copy_text)
        self.save.clicked.connect(self._ask)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        column, grid, left, right = QVBoxLayout(self), QGridLayout(), QVBoxLayout(), QVBoxLayout()
        for widget in (self.values, self.how, self.time, self.unsure):
            left.addWidget(widget)
        left.setStretchFactor(self.values, 3)
        left.setStretchFactor(self.time, 2)
        left.addStretch()
        right.addWidget(self.map_title)
        right.addWidget(self.coronal, 1)
        right.addWidget(self.histogram)
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        column.addWidget(self.about)
        column.addWidget(self.sentence)
        column.addLayout(grid, 1)
        column.addWidget(self.buttons)
        self.resize(*_MESSAGE)

    def copy_text(self) -> None:
        """All numbers to the clipboard."""
        if scans := self._measuring.scans:
            QGuiApplication.clipboard().setText(table.as_text(scans))
            self._tell(self.tr("Copied as text"))

    def save_to(self, path: Path) -> None:
        """Write all numbers as a table; what cannot be written is told."""
        path = path if path.suffix else path.with_suffix(".csv")
        try:
            write_atomically(path, table.as_csv(self._measuring.scans))
            self._say(self.tr("Exported: %1").replace("%1", path.name))
        except OSError as error:
            said = self.tr("The list cannot be written to %1: %2").replace("%1", path.name)
            self._say(said.replace("%2", error.strerror or ""))

    def done(self, result: int) -> None:
        self._measuring.stop()
        super().done(result)

    def _ask(self) -> None:
        proposed = f"lungview-lungs-{date.today():%Y-%m-%d}.csv"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Lungs as a table"), proposed, "*.csv")
        if name:
            self.save_to(Path(name))

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    def _show(self) -> None:
        found = self._measuring.scan(self._measuring.series)
        detail = None if found is None else found.detail
        for widget in (self.about, self.values, self.how, self.map_title, self.coronal, self.histogram):
            widget.setVisible(detail is not None)
        self._say(self._state(found))
        if found is not None and found.lungs is not None and detail is not None:
            self._show_numbers(found, found.lungs, detail)
        shown = self._show_time() or detail is not None
        for button in (self.copy, self.save):
            button.setVisible(shown)
            button.setEnabled(shown)
        if shown and not self._grown:  # once: a size that the reader gives it afterwards stays
            self._grown = True
            screens.resize_within(self, *_SHEET)

    def _show_numbers(self, found: words.Scan, lungs: Quantities, detail: Detail) -> None:
        self.about.setText(f"{speaking.said(found.day)}: {speaking.said(words.technique(detail))}")
        self.how.setText(" ".join(speaking.said(each) for each in words.how(lungs)))
        head = [speaking.said(each) for each in words.head(lungs)]
        self.values.setHorizontalHeaderLabels([self.tr("Lung"), self.tr("Part"), *head])
        rows = words.parts(lungs, detail)
        self.values.setColumnHidden(1, not any(part for _, part, _ in rows))
        _fill(self.values, [["" if part else lung, part, *words.cells(each)] for lung, part, each in rows])
        self.coronal.show_map(map_picture(detail.coronal))
        self.histogram.show_bars(bars(detail))

    def _state(self, found: words.Scan | None) -> str:
        """What is going on, what must stand beside the numbers, or why there are none; "" for none of it."""
        why = self._measuring.why(self._measuring.series)
        said = [speaking.said(f"Not measured: {why}.")] if why else []
        if found is not None and found.lungs is not None:
            said += [speaking.said(each) for each in words.limits(found.lungs)]
            said += [speaking.said(f"Note: {note}.") for note in (found.detail.notes if found.detail else ())]
        if left := self._measuring.left:
            said.append(self.tr("Measuring; scans to go: %1").replace("%1", str(left)))
        return " ".join(said)

    def _show_time(self) -> bool:
        """The scans over time; whether there is more than one."""
        steps = words.over_time(self._measuring.scans)
        rows = []
        for step in steps:
            rows.append([step.day, *step.cells])
            rows += [[self.tr("Change"), *step.change]] if step.change else []
        _fill(self.time, rows)
        for widget in (self.time, self.unsure):
            widget.setVisible(bool(steps))
        self.unsure.setText("\n".join(speaking.said(said) for said in map(words.beside, steps) if said))
        return bool(steps)


def _table(head: list[str]) -> QTableWidget:
    made = QTableWidget(0, len(head))
    made.setHorizontalHeaderLabels(head)
    made.verticalHeader().setVisible(False)
    made.verticalHeader().setDefaultSectionSize(made.fontMetrics().height() + 5)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.horizontalHeader().setStretchLastSection(True)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setAccessibleName(head[0])
    return made


def _fill(shown: QTableWidget, rows: list[list[str]]) -> None:
    shown.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(speaking.said(text))
            right = Qt.AlignmentFlag.AlignRight if text[:1].isdigit() or text[:1] in "+−" else None
            if right and column:
                item.setTextAlignment(right | Qt.AlignmentFlag.AlignVCenter)
            shown.setItem(row, column, item)
    row_px, head_px = (
        shown.verticalHeader().defaultSectionSize(),
        shown.horizontalHeader().sizeHint().height(),
    )
    shown.setMinimumHeight(row_px * min(len(rows), _MOST_ROWS) + head_px + 4)
    shown.setMaximumHeight(row_px * len(rows) + head_px + 4)
