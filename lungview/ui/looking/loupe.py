"""A loupe: the picture under the mouse three times as large, in a circle."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from lungview.ui.pane import picture as pictures
from lungview.ui.pane import qimage
from lungview.ui.pane.tools.base import Tool
from lungview.ui.pane.viewport import Viewport

MAGNIFIED = 3.0  # times what is around it
RADIUS = 90.0  # widget pixels
_RING = QColor("#e8e8e8")


class Loupe(Tool):
    """Paints only; the mouse goes on being the chosen tool's. It is no layer: no export has it."""

    def __init__(self, viewport: Viewport) -> None:
        super().__init__(viewport)
        self.on = False
        self._at: QPointF | None = None  # image coordinates
        viewport.pointed.connect(self._on_pointed)

    def turn(self, on: bool) -> None:
        self.on = on
        self.viewport.update()

    def _on_pointed(self, at: QPointF | None) -> None:
        self._at = at
        if self.on:
            self.viewport.update()

    def paint(self, painter: QPainter) -> None:
        view = self.viewport
        if not self.on or self._at is None or view.state.slice is None:
            return
        middle = view.image_to_widget(self._at)
        circle = QPainterPath()
        circle.addEllipse(middle, RADIUS, RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(circle)
        painter.fillPath(circle, Qt.GlobalColor.black)
        self._paint_picture(painter, middle - QPointF(RADIUS, RADIUS))
        painter.restore()
        painter.setPen(QPen(_RING, 1.5))
        painter.drawPath(circle)

    def _paint_picture(self, painter: QPainter, corner: QPointF) -> None:
        view, at = self.viewport, self._at
        assert at is not None, "looked at in paint"
        ratio = view.devicePixelRatioF()
        camera = replace(view.state.camera, center=(at.x(), at.y())).zoomed(view.zoom * MAGNIFIED)
        size = QSizeF(2 * RADIUS * ratio, 2 * RADIUS * ratio)
        shown = pictures.picture(view.state.seen_by(camera), size, view.displayed())
        if shown is not None:
            image = qimage.from_array(shown.pixels)
            image.setDevicePixelRatio(ratio)
            x, y = shown.corner
            area = QPointF(x / ratio, y / ratio) + corner
            painter.drawImage(QRectF(area, QSizeF(image.width(), image.height()) / ratio), image)
