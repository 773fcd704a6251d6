"""Window from a region: drag a rectangle, its 1st to 99th percentile becomes the window."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.image.slice import Slice
from lungview.image.window import Window, automatic
from lungview.ui.pane.tools.marquee import Marquee

LEAST = 4  # pixels in the region: fewer say nothing of a range


def region_window(shown: Slice, region: QRectF) -> Window | None:
    """The window of the pixels in an image rectangle, padding left out; None when too few or in colour."""
    left, right = max(0, math.floor(region.left())), min(shown.columns, math.ceil(region.right()))
    top, bottom = max(0, math.floor(region.top())), min(shown.rows, math.ceil(region.bottom()))
    if shown.colour or right <= left or bottom <= top:
        return None
    values = shown.values[top:bottom, left:right]
    if shown.padding is not None:
        values = values[~shown.padding[top:bottom, left:right]]
    return automatic(values) if values.size >= LEAST else None


class RegionTool(Marquee):
    id = "tool.region"

    def take(self, region: QRectF) -> None:
        shown = self.viewport.state.slice
        window = region_window(shown, region) if shown is not None else None
        if window is not None:
            undo = QCoreApplication.translate("Undo", "Window from a region")
            self.viewport.change(lambda s: s.windowed(window), undo)

    def paint(self, painter: QPainter) -> None:
        if self.region is not None:
            painter.setPen(QPen(QColor("#ffd166"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport.transform().mapRect(self.region))
