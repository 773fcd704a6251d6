"""Overlays over the picture: masks in their colours, figures with their words, the shutter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from lungview.image.slice import Slice
from lungview.overlays.binding import Bound, Drawn
from lungview.overlays.placing import MaskOn
from lungview.overlays.values import Colour, Figure, KeyImage, Shape, Shutter
from lungview.study.key import FrameKey, ObjectKey
from lungview.ui.overlays import figures
from lungview.ui.overlays.key_labels import paint_keys
from lungview.ui.pane import qimage
from lungview.ui.pane.lettering import text
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.overlays.shown import ShownOverlays, key_of

_KEPT = 64  # masks
_HALO = QColor(0, 0, 0, 150)


class OverlayLayer:
    """A viewport's layer. Masks are kept as pictures while colour and opacity stay."""

    def __init__(self, shown: ShownOverlays) -> None:
        self._shown = shown
        self._images: dict[tuple[int, Colour, float], tuple[MaskOn, QImage]] = {}

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        key, slice_ = key_of(viewport.pane), viewport.state.slice
        if key is None or slice_ is None:
            return
        look = self._shown.now.look(key)
        if look is not None and look.shutter is not None:
            _paint_shutter(painter, look.shutter, slice_.columns, slice_.rows)
        regions: dict[tuple[ObjectKey, int], tuple[Colour, QPainterPath]] = {}
        keys: list[tuple[KeyImage, QColor]] = []
        for bound, drawn in self._on(viewport, slice_, key):
            colour = self._shown.now.colour(bound, drawn.part)
            if isinstance(drawn, KeyImage):
                keys.append((drawn, QColor(*colour)))
            elif _is_region(drawn):
                part = (bound.overlay.place, drawn.part)
                regions.setdefault(part, (colour, QPainterPath()))[1].addPath(figures.path(drawn))
            else:
                self._paint(painter, viewport, drawn, colour)
        for colour, path in regions.values():
            painter.save()
            _paint_region(painter, viewport, path, QColor(*colour), self._opacity)
            painter.restore()
        paint_keys(painter, viewport, keys)

    def _paint(self, painter: QPainter, viewport: Viewport, drawn: MaskOn | Figure, colour: Colour) -> None:
        painter.save()
        if isinstance(drawn, MaskOn):
            self._paint_mask(painter, drawn, colour)
        else:
            _paint_figure(painter, viewport, drawn, QColor(*colour), self._opacity)
        painter.restore()

    def _on(self, viewport: Viewport, slice_: Slice, key: FrameKey) -> Iterator[tuple[Bound, Drawn]]:
        """What is to be seen on the picture in a view."""
        if not slice_.reformatted:
            yield from self._shown.now.on(key)
            return
        laid, now = self._shown.planes.of(viewport.pane), self._shown.now
        if laid is not None and now.chosen.on:
            yield from ((b, d) for b, d in laid.drawn if not now.hidden(b, d.part))

    @property
    def _opacity(self) -> float:
        return self._shown.now.chosen.opacity

    def _paint_mask(self, painter: QPainter, on: MaskOn, colour: Colour) -> None:
        key = (id(on), colour, self._opacity)
        if key not in self._images:
            if len(self._images) >= _KEPT:
                self._images.clear()
            self._images[key] = (on, _image(on.mask, colour, self._opacity))
        painter.setTransform(QTransform(*on.to_picture), True)
        painter.drawImage(QRectF(-1, -1, on.mask.shape[1] + 2, on.mask.shape[0] + 2), self._images[key][1])


def _is_region(drawn: MaskOn | Figure) -> TypeGuard[Figure]:
    """Whether it is painted with the others of its part: one inside another is a hole."""
    return isinstance(drawn, Figure) and drawn.shape is Shape.CLOSED and not drawn.lines


def _image(mask: np.ndarray, colour: Colour, opacity: float) -> QImage:
    """The mask in its colour, its border pixels stronger, with a pixel of room around it."""
    padded = np.pad(mask, 1).astype(np.uint8)
    levels = 2 * padded - cv2.erode(padded, np.ones((3, 3), np.uint8))  # 1 inside, 2 on the border
    inside, border = (round(255 * alpha) for alpha in (opacity, min(1.0, opacity + 0.45)))
    return qimage.from_levels(levels, ((0, 0, 0, 0), (*colour, inside), (*colour, border)))


def _paint_figure(
    painter: QPainter, viewport: Viewport, figure: Figure, colour: QColor, opacity: float
) -> None:
    painter.setWorldMatrixEnabled(False)  # as wide on screen at every zoom
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = viewport.transform().map(figures.path(figure))
    if figure.shape is Shape.POINTS:
        path = figures.crosses(figure, viewport.transform())
    if figure.filled:
        painter.fillPath(path, _faint(colour, opacity))
    _paint_line(painter, path, colour)
    if figure.lines:
        _paint_words(painter, viewport, figure, path, colour)


def _paint_region(
    painter: QPainter, viewport: Viewport, path: QPainterPath, colour: QColor, opacity: float
) -> None:
    """All contours of a region on the picture: one inside another is a hole (PS3.3 C.8.8.6.3)."""
    painter.setWorldMatrixEnabled(False)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawn = viewport.transform().map(path)
    painter.fillPath(drawn, _faint(colour, opacity / 2))
    _paint_line(painter, drawn, colour)


def _paint_line(painter: QPainter, path: QPainterPath, colour: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_HALO, 3.4), QPen(colour, 1.6)):
        painter.setPen(pen)
        painter.drawPath(path)


def _faint(colour: QColor, opacity: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def _paint_words(
    painter: QPainter, viewport: Viewport, figure: Figure, path: QPainterPath, colour: QColor
) -> None:
    """Beside the drawing; text at its own place. Within the view where there is room."""
    first = viewport.image_to_widget(QPointF(*figure.points[0]))
    around = path.boundingRect()
    corner = first if figure.shape is Shape.TEXT else QPointF(around.right() + 6, around.top())
    metrics = painter.fontMetrics()
    wide = max(metrics.horizontalAdvance(line) for line in figure.lines) + 4
    high = metrics.lineSpacing() * len(figure.lines)
    x = min(corner.x(), max(4.0, viewport.width() - wide - 4.0))
    y = min(max(corner.y(), 4.0), max(4.0, viewport.height() - high - 4.0))
    where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    text(painter, QRectF(x, y, wide, high), where, figure.lines, colour)


def _paint_shutter(painter: QPainter, shutter: Shutter, columns: int, rows: int) -> None:
    """All of the picture but what the shutter leaves, in its grey."""
    grey = QColor.fromRgbF(shutter.grey, shutter.grey, shutter.grey)
    whole = QPainterPath()
    whole.addRect(QRectF(0, 0, columns, rows))
    for opening in figures.openings(shutter):
        painter.fillPath(whole.subtracted(opening), grey)
