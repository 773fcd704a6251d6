"""The panel of overlays: a list with colours to tick, how opaque they are, and what of them is not shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from lungview.overlays.binding import Bound
from lungview.overlays.values import Kind
from lungview.ui.language import speaking
from lungview.ui.overlays.tree import OverlayTree
from lungview.ui.shell.views.long_texts import as_tip
from lungview.viewer.common.shortened import shortened
from lungview.viewer.overlays import shown as overlays
from lungview.viewer.workspace import Workspace


class OverlaysPanel(QWidget):
    """What others said of the pictures that are open."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlays = overlays.of(workspace)
        self.empty = QLabel(
            self.tr(
                "Segmentations, structure sets, presentation states, measurement reports and selections of "
                "key images are listed here when they are opened, beside their pictures or after them."
            ),
            wordWrap=True,
        )
        self.empty.setProperty("role", "muted")
        self.tree = OverlayTree(self._overlays)
        self.colour = QPushButton(self.tr("Colour…"))
        self.present = QPushButton(self.tr("As presented"))
        self.present.setCheckable(True)
        self.present.setToolTip(self.tr("Window, rotation, area and shutter of the presentation state"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setAccessibleName(self.tr("Opacity of segments"))
        self.opacity.setToolTip(self.tr("How much of the picture segments cover"))
        self.notes = QLabel(wordWrap=True)
        self.notes.setProperty("role", "muted")
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.controls = QWidget()
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.colour, self.present, QLabel(self.tr("Opacity"))):
            row.addWidget(widget)
        row.addWidget(self.opacity, 1)
        column = QVBoxLayout(self)
        for each in (self.empty, self.tree, self.controls, self.notes):
            column.addWidget(each)
        column.addStretch()

    def _connect(self) -> None:
        self._overlays.changed.connect(self._show)
        self.tree.currentItemChanged.connect(lambda *_: self._reflect())
        self.colour.clicked.connect(self._choose_colour)
        self.present.clicked.connect(self._present)
        self.opacity.valueChanged.connect(lambda value: self._overlays.set_opacity(value / 100))

    def _show(self) -> None:
        now = self._overlays.now
        self.empty.setVisible(not now.bounds and not self._overlays.failed)
        self.tree.setVisible(bool(now.bounds))
        self.controls.setVisible(bool(now.bounds))
        self.tree.show_all()
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(now.chosen.opacity * 100))
        self.opacity.blockSignals(False)
        self._reflect()

    def _reflect(self) -> None:
        """What can be done with the chosen row, and what is to be said of it, or of all."""
        bound = self.tree.chosen_bound()
        self.colour.setEnabled(self.tree.chosen_part() is not None)
        state = bound is not None and bound.overlay.kind is Kind.PRESENTATION
        self.present.setEnabled(state and bool(bound and bound.looks))
        self.present.setChecked(bool(bound and self._overlays.now.chosen.presented == bound.overlay.place))
        told = (bound,) if bound is not None else self._overlays.now.bounds
        lines = [f"{self._said(each)}{speaking.said(note)}." for each in told for note in each.notes]
        lines += [f"{speaking.told(error)}." for error in self._overlays.failed]
        said = "\n".join(dict.fromkeys(lines))
        self.notes.setText(shortened(said))
        self.notes.setToolTip(as_tip(said) if shortened(said) != said else "")
        self.notes.setVisible(bool(lines))

    def _said(self, bound: Bound) -> str:
        several = len(self._overlays.now.bounds) > 1 and self.tree.chosen_bound() is None
        return f"{bound.overlay.name}: " if several else ""

    def _choose_colour(self) -> None:
        bound, part = self.tree.chosen_bound(), self.tree.chosen_part()
        if bound is None or part is None:
            return
        before = QColor(*self._overlays.now.colour(bound, part))
        found = QColorDialog.getColor(before, self, self.tr("Colour"))
        if found.isValid():
            key = (bound.overlay.place, part)
            self._overlays.colour(key, (found.red(), found.green(), found.blue()))

    def _present(self, on: bool) -> None:
        bound = self.tree.chosen_bound()
        if bound is not None:
            self._overlays.present(bound.overlay.place if on else None)
