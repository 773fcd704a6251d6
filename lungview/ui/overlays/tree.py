"""The list of overlays: an object a row, its parts below, each with its colour and a tick."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget

from lungview.overlays.binding import Bound
from lungview.ui.language import speaking
from lungview.ui.shell.views.long_texts import LongTexts
from lungview.viewer.overlays.shown import ShownOverlays

NAME, SAID = range(2)
MOST_ROWS = 2000  # of one object
# What a part is called that has no name of its own; a file's words stay as they are.
_NUMBERED = re.compile(r"(Segment|Region|Measurement|Key image) \d+")
_ROOM = 18  # px beside a name
_SHARE = 0.75  # of the list, at most, for names where something is said of them: it has a tooltip
_ROW, _MOST_IN_SIGHT = 20, 9  # px: high enough for a tick box


class OverlayTree(QTreeWidget):
    """Ticks show and hide; choosing a part goes to the middle one of the pictures it is on."""

    def __init__(self, shown: ShownOverlays, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._listed: tuple[Bound, ...] = ()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setStyleSheet(f"QTreeView::item {{ min-height: {_ROW}px; }}")
        self.setIndentation(14)
        self.setAccessibleName(self.tr("Overlays"))
        LongTexts(self)
        self.header().setStretchLastSection(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.itemExpanded.connect(lambda _: self.updateGeometry())
        self.itemCollapsed.connect(lambda _: self.updateGeometry())
        self.itemChanged.connect(self._on_changed)
        self.currentItemChanged.connect(self._on_current)

    def sizeHint(self) -> QSize:
        """As high as its open rows, within bounds."""
        rows = sum(1 + (top.childCount() if top.isExpanded() else 0) for top in self._tops())
        return QSize(280, min(max(rows, 2), _MOST_IN_SIGHT) * _ROW + 8)

    def _tops(self) -> Iterator[QTreeWidgetItem]:
        found = (self.topLevelItem(at) for at in range(self.topLevelItemCount()))
        return (top for top in found if top is not None)

    def show_all(self) -> None:
        """List what is there now; the rows stay where the objects do."""
        self.blockSignals(True)
        if self._listed != self._shown.now.bounds:
            self._listed = self._shown.now.bounds
            self.clear()
            for bound in self._listed:
                self._add(bound)
        self._reflect()
        self._share_width()
        self.updateGeometry()
        self.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Names have the room for their words; what is said of them has the rest, a quarter at least."""
        most = self.viewport().width() * (_SHARE if self.sizeHintForColumn(SAID) > _ROOM else 1)
        self.setColumnWidth(NAME, min(self.sizeHintForColumn(NAME) + _ROOM, int(most)))

    def chosen_bound(self) -> Bound | None:
        """The object of the chosen row."""
        item = self.currentItem()
        if item is None:
            return None
        at = self.indexOfTopLevelItem(item.parent() or item)
        return self._listed[at] if 0 <= at < len(self._listed) else None

    def chosen_part(self) -> int | None:
        """The part of the chosen row; None for a whole object."""
        item = self.currentItem()
        above = None if item is None else item.parent()
        return None if above is None or item is None else above.indexOfChild(item)

    def _add(self, bound: Bound) -> None:
        overlay = bound.overlay
        away = "" if bound.shown else self.tr("not on what is open")
        top = QTreeWidgetItem([" · ".join(filter(None, (overlay.name, away)))])
        top.setToolTip(NAME, f"{self.tr(str(overlay.kind))}: {overlay.name}")
        top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        self.addTopLevelItem(top)
        top.setFirstColumnSpanned(True)
        for _ in overlay.parts[:MOST_ROWS]:
            child = QTreeWidgetItem()
            child.setFlags(child.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            top.addChild(child)
        top.setExpanded(len(overlay.parts) <= 12)

    def _reflect(self) -> None:
        for at, bound in enumerate(self._listed):
            top = self.topLevelItem(at)
            assert top is not None
            hidden = [self._shown.now.hidden(bound, k) for k in range(len(bound.overlay.parts))]
            for k in range(top.childCount()):
                child = top.child(k)
                assert child is not None
                self._reflect_part(child, bound, k, hidden[k])
            top.setCheckState(NAME, self._state(bound, hidden))

    def _reflect_part(self, item: QTreeWidgetItem, bound: Bound, part: int, hidden: bool) -> None:
        said = bound.overlay.parts[part]
        waits = hidden and said.program and self._shown.now.programs_hidden
        words = self.tr("by a program: tick to see") if waits else ", ".join(said.words)
        item.setText(NAME, speaking.said(said.name) if _NUMBERED.fullmatch(said.name) else said.name)
        item.setText(SAID, words)
        item.setToolTip(SAID, "" if waits else "\n".join(said.words))
        item.setCheckState(NAME, Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked)
        item.setIcon(NAME, _swatch(QColor(*self._shown.now.colour(bound, part))))

    def _state(self, bound: Bound, hidden: list[bool]) -> Qt.CheckState:
        """Of an object: whether its parts, or of a state without any the state, are to be seen."""
        if not hidden:
            applied = self._shown.now.chosen.presented == bound.overlay.place
            return Qt.CheckState.Checked if applied else Qt.CheckState.Unchecked
        if all(hidden):
            return Qt.CheckState.Unchecked
        return Qt.CheckState.PartiallyChecked if any(hidden) else Qt.CheckState.Checked

    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column != NAME:
            return
        top = item.parent() or item
        bound = self._listed[self.indexOfTopLevelItem(top)]
        parts = range(len(bound.overlay.parts)) if item is top else (top.indexOfChild(item),)
        hidden = item.checkState(NAME) is Qt.CheckState.Unchecked
        if item is top and bound.looks:
            self._shown.present(None if hidden else bound.overlay.place)
        self._shown.hide([(bound.overlay.place, part) for part in parts], hidden)

    def _on_current(self, item: QTreeWidgetItem | None, _: object) -> None:
        bound, part = self.chosen_bound(), self.chosen_part()
        if bound is not None and part is not None:
            self._shown.go_to(bound, part)


def _swatch(colour: QColor) -> QIcon:
    made = QPixmap(12, 12)
    made.fill(colour)
    return QIcon(made)
