"""Findings over the picture: outlines with their labels, the detector's map, emphysema."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF

from lungview.classify.heat import heatmap
from lungview.image.slice import Slice
from lungview.nodules.outlining.contour import on_slice
from lungview.nodules.outlining.outline import Outline
from lungview.ui.nodules.layers.outlines import paint_outlines, polygon
from lungview.ui.nodules.layers.planes import FindingsInPlanes
from lungview.ui.pane import qimage
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.mpr.finding_sections import LEAST_SCORE, LOW_HU
from lungview.viewer.mpr.sections import Same
from lungview.viewer.nodules.findings import Findings
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.nodules.opened import Opened

EMPHYSEMA = (64, 156, 255, 150)  # RGBA
_KEPT = 200  # contours


class FindingsLayer:
    """A viewport's layer. What is computed is kept while slice and list stay the same."""

    def __init__(self, findings: Findings, planes: FindingsInPlanes) -> None:
        self._findings, self._planes = findings, planes
        self._images: dict[str, tuple[Hashable, QImage]] = {}
        self._contours: dict[tuple[int, int], tuple[Outline, tuple[QPolygonF, ...]]] = {}  # by id, z

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        shown, opened = viewport.state.slice, self._findings.opened(viewport.pane, planes=True)
        if shown is None or opened is None:
            return
        if shown.reformatted:
            self._paint_plane_maps(painter, viewport, shown)
        elif self._is_of(opened, viewport, shown):
            self._paint_maps(painter, opened, shown, viewport.state.index)
        else:
            return
        if self._findings.shown.outlines:
            lines = self._plane_lines(viewport) if shown.reformatted else self._lines(viewport, opened)
            paint_outlines(painter, viewport, self._findings.list_of(opened), self._findings.chosen, lines)

    def _is_of(self, opened: Opened, viewport: Viewport, shown: Slice) -> bool:
        """Whether the picture on screen is that slice of the series, not one still being replaced."""
        instances, index = opened.series.instances, viewport.state.index
        return index < len(instances) and instances[index] == shown.instance

    def _paint_plane_maps(self, painter: QPainter, viewport: Viewport, shown: Slice) -> None:
        maps, look = self._planes.maps(viewport), self._findings.shown
        low, scores = maps.low, maps.scores
        if look.emphysema and low is not None:
            image = self._image("emphysema", Same(maps), lambda: _low(low))
            painter.drawImage(QRectF(0, 0, shown.columns, shown.rows), image)
        if look.scores and scores is not None:
            share = scores.share
            image = self._image("scores", (Same(maps), look.opacity), lambda: _heat(share, look.opacity))
            painter.drawImage(QRectF(scores.left, scores.top, share.shape[1], share.shape[0]), image)

    def _paint_maps(self, painter: QPainter, opened: Opened, shown: Slice, index: int) -> None:
        if self._findings.shown.emphysema:
            self._paint_emphysema(painter, opened, shown, index)
        if self._findings.shown.scores:
            self._paint_scores(painter, opened, shown, index)

    def _paint_scores(self, painter: QPainter, opened: Opened, shown: Slice, index: int) -> None:
        answer = self._findings.answer_of(opened)
        if answer is None or answer.layers is None or answer.layers.scores is None:
            return
        layers, scores, opacity = answer.layers, answer.layers.scores, self._findings.shown.opacity

        def made() -> QImage:
            values = layers.scores_on(index)
            assert values is not None
            return _heat(values, opacity)

        if layers.z(index) is None:
            return
        x0, y0, x1, y1 = scores.box
        painter.save()
        painter.setClipRect(QRectF(0, 0, shown.columns, shown.rows))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = self._image("scores", (id(answer), index, opacity), made)
        painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), image)
        painter.restore()

    def _paint_emphysema(self, painter: QPainter, opened: Opened, shown: Slice, index: int) -> None:
        answer = self._findings.answer_of(opened)
        if answer is None or answer.layers is None or shown.unit != "HU":
            return
        layers = answer.layers

        def made() -> QImage:
            lungs = layers.lungs_on(index)
            assert lungs is not None
            return _low(lungs & (np.rint(shown.values) < LOW_HU))

        if layers.z(index) is not None:
            image = self._image("emphysema", (id(answer), index, id(shown)), made)
            painter.drawImage(QRectF(0, 0, shown.columns, shown.rows), image)

    def _image(self, name: str, key: Hashable, made: Callable[[], QImage]) -> QImage:
        if name not in self._images or self._images[name][0] != key:
            self._images[name] = (key, made())
        return self._images[name][1]

    def _plane_lines(self, viewport: Viewport) -> Mapping[str, tuple[QPolygonF, ...]]:
        found = self._planes.lines(viewport)
        return {key: tuple(map(polygon, lines)) for key, lines in found.items()}

    def _lines(self, viewport: Viewport, opened: Opened) -> Mapping[str, tuple[QPolygonF, ...]]:
        """Of what is on a slice, by the findings' ids."""
        index = viewport.state.index
        on = self._findings.list_of(opened).on(index)
        return {each.id: self._lines_of(opened, each, index) for each in on}

    def _lines_of(self, opened: Opened, listed: Listed, index: int) -> tuple[QPolygonF, ...]:
        outline = listed.located.finding.outline
        if outline is None or index not in opened.indices:
            x0, y0, x1, y1 = listed.located.box
            return (QPolygonF(QRectF(x0, y0, x1 - x0, y1 - y0)),)
        if len(self._contours) > _KEPT:
            self._contours.clear()
        key = (id(outline), opened.indices.index(index))
        if key not in self._contours:
            self._contours[key] = (outline, tuple(map(polygon, on_slice(outline, key[1]))))
        return self._contours[key][1]


def _low(where: np.ndarray) -> QImage:
    return qimage.from_levels(where.view(np.uint8), ((0, 0, 0, 0), EMPHYSEMA))


def _heat(values: np.ndarray, opacity: float) -> QImage:
    painted = qimage.from_array(heatmap.rgba(values, opacity=opacity, threshold=LEAST_SCORE))
    return painted.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
