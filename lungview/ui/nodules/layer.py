"""Findings over the picture: outlines with their labels, the detector's map, emphysema."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from lungview.classify.heat import heatmap
from lungview.image.slice import Slice
from lungview.nodules.answer import Located
from lungview.nodules.finding import Status
from lungview.nodules.outlining.contour import on_slice
from lungview.nodules.outlining.outline import Outline
from lungview.ui.pane import qimage
from lungview.ui.pane.overlay_paint import text
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.nodules.findings import Findings
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.nodules.opened import Opened

OWN, PROPOSED, ACCEPTED, REJECTED = (QColor(c) for c in ("#4dd0e1", "#ffb74d", "#81c784", "#9aa5b1"))
EMPHYSEMA = (64, 156, 255, 150)  # RGBA
_LEAST_SCORE = 0.08  # of the map: below it nothing is painted
_LOW_HU = -950
_KEPT = 200  # contours


class FindingsLayer:
    """A viewport's layer. What is computed is kept while slice and list stay the same."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._images: dict[str, tuple[Hashable, QImage]] = {}
        self._contours: dict[tuple[int, int], tuple[Outline, tuple[QPolygonF, ...]]] = {}  # by id, z

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        shown, opened = viewport.state.slice, self._findings.opened(viewport.pane)
        if shown is None or opened is None or not self._is_of(opened, viewport, shown):
            return
        index = viewport.state.index
        if self._findings.shown.emphysema:
            self._paint_emphysema(painter, opened, shown, index)
        if self._findings.shown.scores:
            self._paint_scores(painter, opened, shown, index)
        if self._findings.shown.outlines:
            self._paint_outlines(painter, viewport, opened, index)

    def _is_of(self, opened: Opened, viewport: Viewport, shown: Slice) -> bool:
        """Whether the picture on screen is that slice of the series, not one still being replaced."""
        instances, index = opened.series.instances, viewport.state.index
        return index < len(instances) and instances[index] == shown.instance

    def _paint_scores(self, painter: QPainter, opened: Opened, shown: Slice, index: int) -> None:
        answer = self._findings.answer_of(opened)
        if answer is None or answer.layers is None or answer.layers.scores is None:
            return
        layers, scores = answer.layers, answer.layers.scores
        key = (id(answer), index, self._findings.shown.opacity)

        def made() -> np.ndarray:
            values = layers.scores_on(index)
            assert values is not None
            opacity = self._findings.shown.opacity
            return heatmap.rgba(values, opacity=opacity, threshold=_LEAST_SCORE)

        if layers.z(index) is None:
            return
        x0, y0, x1, y1 = scores.box
        painter.save()
        painter.setClipRect(QRectF(0, 0, shown.columns, shown.rows))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), self._image("scores", key, made))
        painter.restore()

    def _paint_emphysema(self, painter: QPainter, opened: Opened, shown: Slice, index: int) -> None:
        answer = self._findings.answer_of(opened)
        if answer is None or answer.layers is None or shown.unit != "HU":
            return
        layers = answer.layers

        def made() -> np.ndarray:
            lungs = layers.lungs_on(index)
            assert lungs is not None
            layer = np.zeros((*lungs.shape, 4), np.uint8)
            layer[lungs & (np.rint(shown.values) < _LOW_HU)] = EMPHYSEMA
            return layer

        if layers.z(index) is not None:
            image = self._image("emphysema", (id(answer), index, id(shown)), made)
            painter.drawImage(QRectF(0, 0, shown.columns, shown.rows), image)

    def _image(self, name: str, key: Hashable, made: Callable[[], np.ndarray]) -> QImage:
        if name not in self._images or self._images[name][0] != key:
            image = qimage.from_array(made()).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._images[name] = (key, image)
        return self._images[name][1]

    def _paint_outlines(self, painter: QPainter, viewport: Viewport, opened: Opened, index: int) -> None:
        listed = self._findings.list_of(opened)
        painter.setWorldMatrixEnabled(False)  # as wide on screen at every zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for each in listed.on(index):
            if self._is_drawn(each):
                self._paint_one(painter, viewport, opened, each, index, listed.label(each))

    def _is_drawn(self, listed: Listed) -> bool:
        """Rejected ones, and those below the operating point, only while they are chosen."""
        if listed.id == self._findings.chosen or listed.own or listed.name:
            return True
        if listed.status is Status.REJECTED:
            return False
        outlined = listed.located.finding.outline is not None
        called = listed.located.called
        return listed.status is Status.ACCEPTED or called is True or (called is None and outlined)

    def _paint_one(
        self, painter: QPainter, viewport: Viewport, opened: Opened, listed: Listed, index: int, label: str
    ) -> None:
        lines = self._lines(opened, listed, index)
        if not lines:
            return
        transform = viewport.transform()
        wide = 2.4 if listed.id == self._findings.chosen else 1.4
        drawn = [transform.map(line) for line in lines]
        style = Qt.PenStyle.SolidLine
        if listed.located.finding.outline is None or listed.status is Status.REJECTED:
            style = Qt.PenStyle.DashLine
        for pen in (QPen(QColor(0, 0, 0, 150), wide + 2), QPen(_colour(listed), wide, style)):
            painter.setPen(pen)
            for line in drawn:
                painter.drawPolygon(line)
        around = drawn[0].boundingRect()
        room = QRectF(around.right() + 4, around.top() - 18, 200, 20)
        where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if room.left() + 60 > viewport.width():
            room.moveRight(around.left() - 4)
            where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room.moveTop(max(room.top(), 2.0))
        text(painter, room, where, (label,), _colour(listed))

    def _lines(self, opened: Opened, listed: Listed, index: int) -> tuple[QPolygonF, ...]:
        located = listed.located
        outline = located.finding.outline
        if outline is None or index not in opened.indices:
            return (_box(located),)
        if len(self._contours) > _KEPT:
            self._contours.clear()
        key = (id(outline), opened.indices.index(index))
        if key not in self._contours:
            drawn = (QPolygonF([QPointF(x, y) for x, y in line]) for line in on_slice(outline, key[1]))
            self._contours[key] = (outline, tuple(drawn))
        return self._contours[key][1]


def _box(located: Located) -> QPolygonF:
    x0, y0, x1, y1 = located.box
    return QPolygonF(QRectF(x0, y0, x1 - x0, y1 - y0))


def _colour(listed: Listed) -> QColor:
    if listed.status is Status.REJECTED:
        return REJECTED
    if listed.own:
        return OWN
    return ACCEPTED if listed.status is Status.ACCEPTED else PROPOSED
