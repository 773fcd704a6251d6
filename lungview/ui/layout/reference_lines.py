"""Reference lines: where the pictures of the other views cross this one, in one frame of reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, SHOWN, VIEW, Row
from lungview.viewer.links import View, one_space
from lungview.viewer.sheet import crossing, sheet_of
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROW = Row(
    "view.reference_lines",
    _T("Actions", "Show reference lines"),
    ("Shift+R",),
    VIEW,
    "",
    SHOWN,
    checkable=True,
)
COLOUR, ACTIVE = QColor("#9aa5b1"), QColor("#ffd166")


class ReferenceLines(QObject):
    """A layer of every view; planes of one crosshair have lines of their own and are left out."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._session = host.session
        host.actions_table.add_rows(ROW)
        self._action = host.actions_table.handle(ROW.id, lambda _: self._repaint())
        self._action.setChecked(True)
        host.each_view(self._on_viewport)
        self._session.active_changed.connect(lambda _: self._repaint())

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.layers.append(self.paint)
        viewport.changed.connect(self._on_changed)

    def _on_changed(self, before: ViewState, after: ViewState) -> None:
        if before.slice is not after.slice:
            self._repaint()

    def _repaint(self) -> None:
        if len(self._session.viewports) > 1:
            for viewport in self._session.viewports:
                viewport.update()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The lines, with a painter in image coordinates."""
        for other, (first, last) in self.lines_on(viewport):
            active = other is self._session.viewport
            pen = QPen(ACTIVE if active else COLOUR, 1.5 if active else 1.0, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(QPointF(*first), QPointF(*last))

    def lines_on(self, viewport: Viewport) -> Iterator[tuple[Viewport, tuple[tuple[float, float], ...]]]:
        """Each other view in sight with its line on this one, in image coordinates."""
        shown = viewport.state.slice
        sheet = None if shown is None or not self._action.isChecked() else sheet_of(shown)
        if shown is None or sheet is None:
            return
        for other in self._session.viewports:
            theirs = other.state.slice if other.isVisible() and other is not viewport else None
            if theirs is None or (theirs.reformatted and shown.reformatted):
                continue
            their_sheet = sheet_of(theirs)
            line = None if their_sheet is None else crossing(sheet, their_sheet)
            if line is not None and one_space(self._view(viewport), self._view(other)):
                yield other, line

    def _view(self, viewport: Viewport) -> View:
        stack = self._session.stack_of(viewport)
        return View(stack.content, stack.index)
