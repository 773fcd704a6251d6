"""The brush: dragging paints on the chosen finding's outline, with Shift it rubs out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.outline_edit.edits import Edits

_PAINT, _RUB = QColor(77, 208, 225, 90), QColor(255, 112, 67, 90)


class BrushTool(Tool):
    """The outline changes when the button is let go."""

    id = "tool.outline_brush"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, viewport: Viewport, edits: Edits) -> None:
        super().__init__(viewport)
        self._edits = edits
        self._path: list[QPointF] = []
        self._at: QPointF | None = None
        self._rubs = False

    def press(self, pointer: Pointer) -> None:
        self._rubs = pointer.coarse
        self._path = [pointer.image]
        self.moved(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._path:
            self._path.append(pointer.image)
        self.moved(pointer)

    def moved(self, pointer: Pointer) -> None:
        self._at = pointer.image
        self.viewport.update()

    def release(self, pointer: Pointer) -> None:
        path = self._path
        self.cancel()
        if path and self.viewport.state.slice is not None:
            # Of the image pixel c covers [c, c + 1), of the volume its middle is c.
            places = [(p.y() - 0.5, p.x() - 0.5) for p in path]
            self._edits.stroke(self.viewport.pane, places, add=not self._rubs)

    def cancel(self) -> None:
        self._path = []
        self.viewport.update()

    def paint(self, painter: QPainter) -> None:
        shown = self.viewport.state.slice
        if shown is None or shown.spacing is None or self._at is None:
            return
        radius = self._edits.radius_mm / shown.spacing.column
        to_widget = self.viewport.image_to_widget
        at = to_widget(self._at)
        wide = abs(to_widget(QPointF(self._at.x() + radius, self._at.y())).x() - at.x())
        colour = _RUB if self._rubs and self._path else _PAINT
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_path(painter, wide, colour)
        painter.setPen(QPen(QColor(colour.red(), colour.green(), colour.blue()), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, wide, wide)

    def _paint_path(self, painter: QPainter, wide: float, colour: QColor) -> None:
        if not self._path:
            return
        points = [self.viewport.image_to_widget(p) for p in self._path]
        pen = QPen(colour, 2 * wide)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([*points, points[-1]])
