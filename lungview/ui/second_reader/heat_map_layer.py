"""The heat map over the picture: a viewport's layer, in the slice's own pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from lungview.classify import words
from lungview.classify.case import Prediction
from lungview.classify.heat import heatmap
from lungview.image.slice import Slice
from lungview.ui.language import speaking
from lungview.ui.pane import overlay_paint, qimage
from lungview.ui.pane.viewport import Viewport
from lungview.ui.second_reader.nodule_box import paint_box
from lungview.viewer.second_reader.heat_map_look import Look
from lungview.viewer.second_reader.reader import SecondReader

_CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
MARGIN = 6  # px below the words of an override


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
        if found is None:
            return
        if viewport.state.overlays.heat_map:
            self._paint_map(painter, viewport, shown, found)
        if found.suitability.overridden:
            _paint_gate(painter, viewport, found)

    def _paint_map(self, painter: QPainter, viewport: Viewport, shown: Slice, found: Prediction) -> None:
        image = self._image(found, shown.rows, shown.columns)
        # At twice the slice's size its pixels already show as the steps of an edge.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom != 1)
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


def _above_the_corners(viewport: Viewport) -> float:
    """The height down to which no text of the lower corners, or the letter between them, is in the way."""
    middle = viewport.height() / 2
    tops = [area.top() for area in overlay_paint.text_areas(viewport) if area.top() > middle]
    letter = viewport.height() - overlay_paint.MARGIN - viewport.fontMetrics().height()
    return min((*tops, letter))


def gate_area(viewport: Viewport, said: str) -> QRectF:
    """Where the words of an override go, in widget coordinates: in the middle, above the lower corners."""
    side = viewport.width() / 10
    room = QRectF(viewport.rect()).adjusted(side, 0, -side, 0)
    room.setBottom(_above_the_corners(viewport) - MARGIN)
    metrics = QFontMetricsF(viewport.font())
    return metrics.boundingRect(room, int(_CENTRED), said).adjusted(-6, -3, 6, 3)


def _paint_gate(painter: QPainter, viewport: Viewport, found: Prediction) -> None:
    """What the gate said, in the picture itself: so it is in every copy, export and print of it too."""
    said = "\n".join(map(speaking.said, words.gate_lines(found)))
    painter.save()
    painter.setWorldMatrixEnabled(False)
    painter.setFont(viewport.font())
    ground = gate_area(viewport, said)
    painter.fillRect(ground, QColor(0, 0, 0, 170))
    painter.setPen(QColor("#f0b429"))
    painter.drawText(ground.adjusted(6, 3, -6, -3), _CENTRED, said)
    painter.restore()
