"""The heat map over the picture: a viewport's layer, in the slice's own pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from lungview.classify import heatmap
from lungview.classify.case import Prediction
from lungview.ui import qimage
from lungview.ui.heat_map_look import Look
from lungview.ui.second_reader import SecondReader
from lungview.ui.tools.nodule_box import paint_box
from lungview.ui.viewport import Viewport


class HeatMapLayer:
    """Paints what the second reader lets be seen. The image is kept while nothing about it changes."""

    def __init__(self, reader: SecondReader) -> None:
        self._reader = reader
        self._made: tuple[tuple[Prediction, int, Look, int, int], QImage] | None = None

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        shown = viewport.state.slice
        if shown is None:
            return
        self._paint_box(painter, viewport)
        found = self._reader.visible(shown)
        if found is None or not viewport.state.overlays.heat_map:
            return
        image = self._image(found, shown.rows, shown.columns)
        # Already smooth between slice pixels; only where those are seen one by one is it worth the time.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom > 3)
        painter.drawImage(QRectF(0, 0, shown.columns, shown.rows), image)

    def _paint_box(self, painter: QPainter, viewport: Viewport) -> None:
        shown = viewport.state.slice
        box = self._reader.box(shown) if shown is not None else None
        if box is not None:
            painter.save()
            painter.setWorldMatrixEnabled(False)  # as wide on screen at every zoom
            paint_box(painter, viewport, QRectF(box.left, box.top, box.columns, box.rows))
            painter.restore()

    def _image(self, found: Prediction, rows: int, columns: int) -> QImage:
        reader = self._reader
        key = (found, reader.class_index(found), reader.look, rows, columns)
        if self._made is None or self._made[0] != key:
            values = heatmap.upsample(found, key[1], rows, columns)
            look = reader.look
            layer = heatmap.rgba(values, opacity=look.opacity, threshold=look.threshold, colours=look.colours)
            # Premultiplied is what the painter blends; converted once, not in every frame.
            image = qimage.from_array(layer).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._made = (key, image)
        return self._made[1]
