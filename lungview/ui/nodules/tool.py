"""Measure a nodule: a click on it, or a box around it; what is there is outlined, or the reason told."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter

from lungview.image.slice import Slice
from lungview.nodules.second_reader.block import Point
from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.tools.marquee import Marquee
from lungview.ui.pane.viewport import Viewport
from lungview.ui.second_reader.nodule_box import paint_box
from lungview.viewer.nodules.search import Search

LEAST = 4.0  # px a side: less is a click


def place_mm(shown: Slice, at: QPointF) -> Point | None:
    """The place in the patient of a point of a slice (PS3.3 C.7.6.2.1.1); None without a position."""
    geometry, spacing = shown.instance.geometry, shown.spacing
    if geometry is None or spacing is None:
        return None
    along = np.array(geometry.orientation).reshape(2, 3)
    steps = (at.x() - 0.5) * spacing.column, (at.y() - 0.5) * spacing.row
    x, y, z = np.array(geometry.position) + along[0] * steps[0] + along[1] * steps[1]
    return float(x), float(y), float(z)


class NoduleTool(Marquee):
    """A click or a box on the picture becomes a finding of the reader's own."""

    id = "tool.nodule"

    def __init__(self, viewport: Viewport, search: Search) -> None:
        super().__init__(viewport)
        self._search = search

    def take(self, region: QRectF) -> None:
        if min(region.width(), region.height()) < LEAST:
            measure_at(self._search, self.viewport, region.center())
        else:
            self._measure_box(region)

    def _measure_box(self, region: QRectF) -> None:
        opened = self._search.findings.opened(self.viewport.pane)
        if opened is None or opened.why:
            _refuse(self._search, opened.why if opened else "")
            return
        box = (region.left(), region.top(), region.right(), region.bottom())
        self._search.measure_box(opened, box, self.viewport.state.index)

    def paint(self, painter: QPainter) -> None:
        if self.region is not None and min(self.region.width(), self.region.height()) >= LEAST:
            paint_box(painter, self.viewport, self.region)


def measure_at(search: Search, viewport: Canvas, at: QPointF) -> None:
    """Have the nodule at a point of the picture, px, outlined and measured."""
    opened, shown = search.findings.opened(viewport.pane), viewport.state.slice
    point = None if shown is None else place_mm(shown, at)
    if opened is None or shown is None or opened.why or point is None:
        _refuse(search, opened.why if opened else "")
        return
    search.measure_point(opened, point)


def _refuse(search: Search, why: str) -> None:
    said = QCoreApplication.translate("Nodules", "A nodule is measured in a series of slices with positions.")
    search.refused.emit(why or said)
