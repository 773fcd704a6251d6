"""The cursor of one view as a place in the patient, shown in the others that share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.ui.pane.viewport import Viewport
from lungview.viewer.links import Linked, View, one_space
from lungview.viewer.sheet import sheet_of

if TYPE_CHECKING:
    from lungview.study.space import Vector
    from lungview.ui.shell.host import Host

COLOUR, ARM = QColor("#7bdff2"), 9.0


class Cursor(QObject):
    """A layer of every view: a cross at the place nearest to where the mouse is in another one."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._session = host.session
        self._at: tuple[Viewport, Vector] | None = None
        host.each_view(self._on_viewport)

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.layers.append(self.paint)
        viewport.pointed.connect(lambda point: self._on_pointed(viewport, point))

    def _on_pointed(self, viewport: Viewport, point: QPointF | None) -> None:
        shown = viewport.state.slice
        linked = Linked.CURSOR in self._session.links[viewport]
        sheet = sheet_of(shown) if linked and shown is not None and point is not None else None
        before = self._at
        self._at = None
        if sheet is not None and point is not None and sheet.shows((point.x(), point.y())):
            self._at = viewport, sheet.point_mm((point.x(), point.y()))
        if self._at != before:
            for other in self._session.viewports:
                if other is not viewport and Linked.CURSOR in self._session.links[other]:
                    other.update()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The cross, with a painter in image coordinates."""
        at = self.point_on(viewport)
        if at is None:
            return
        pen = QPen(COLOUR, 1.5)
        pen.setCosmetic(True)
        painter.setPen(pen)
        x, y = at
        across = ARM / max(viewport.zoom / viewport.devicePixelRatioF(), 1e-6)
        painter.drawLine(QPointF(x - across, y), QPointF(x + across, y))
        painter.drawLine(QPointF(x, y - across), QPointF(x, y + across))

    def point_on(self, viewport: Viewport) -> tuple[float, float] | None:
        """Where the other view's cursor is on this picture; None where it is not to be shown."""
        shown = viewport.state.slice
        if self._at is None or shown is None or Linked.CURSOR not in self._session.links[viewport]:
            return None
        source, place = self._at
        sheet = sheet_of(shown) if source is not viewport and self._one_space(source, viewport) else None
        at = None if sheet is None else sheet.at(place)
        return at if sheet is not None and at is not None and sheet.shows(at) else None

    def _one_space(self, one: Viewport, other: Viewport) -> bool:
        stacks = self._session.stack_of(one), self._session.stack_of(other)
        first, second = (View(stack.content, stack.index) for stack in stacks)
        return one_space(first, second) or stacks[0].origin is stacks[1].origin is not None
