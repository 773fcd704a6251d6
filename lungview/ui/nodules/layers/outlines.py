"""The lines of findings with their labels, over a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from lungview.nodules.finding import Status
from lungview.ui.pane.lettering import text
from lungview.ui.pane.overlay_paint import text_areas
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.nodules.listed import FindingList, Listed

OWN, PROPOSED, ACCEPTED, REJECTED = (QColor(c) for c in ("#4dd0e1", "#ffb74d", "#81c784", "#9aa5b1"))

_GAP = 4.0  # px between an outline and its label


def polygon(line: np.ndarray) -> QPolygonF:
    """A line of points (n, 2), x and y in pixels of the picture."""
    return QPolygonF([QPointF(x, y) for x, y in line])


def paint_outlines(
    painter: QPainter,
    viewport: Viewport,
    listed: FindingList,
    chosen: str,
    lines: Mapping[str, Sequence[QPolygonF]],
) -> None:
    """What of a list is drawn, where it has lines. chosen: an id, drawn heavier. lines: by id, px."""
    painter.setWorldMatrixEnabled(False)  # as wide on screen at every zoom
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    transform = viewport.transform()
    shown = [
        (each, [transform.map(line) for line in lines[each.id]])
        for each in listed.drawn(chosen)
        if lines.get(each.id)
    ]
    for each, drawn in shown:
        _paint_lines(painter, drawn, each, 2.4 if each.id == chosen else 1.4)
    if shown:  # on most slices nothing is: where other texts are need not be known
        _paint_labels(
            painter, viewport, [(drawn[0], listed.label(each), _colour(each)) for each, drawn in shown]
        )


def _paint_labels(
    painter: QPainter, viewport: Viewport, labels: Sequence[tuple[QPolygonF, str, QColor]]
) -> None:
    """Each beside its line, if that is in sight."""
    sight, taken = QRectF(viewport.rect()), list(text_areas(viewport))
    for line, label, colour in labels:
        around = line.boundingRect() & sight
        if not around.isEmpty():
            taken.append(label_place(around, _size(painter, label), sight, taken))
            text(painter, taken[-1], Qt.AlignmentFlag.AlignCenter, (label,), colour)


def label_place(around: QRectF, size: QSizeF, sight: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """Beside an outline: the first place in sight that no other text has, else the first in sight."""
    right, left = around.right() + _GAP, around.left() - _GAP - size.width()
    above, middle = around.top() - size.height(), around.center().y() - size.height() / 2
    corners = [(x, y) for y in (above, around.bottom(), middle) for x in (right, left)]
    places = [QRectF(QPointF(x, y), size) for x, y in corners]
    seen = [place for place in places if sight.contains(place)] or [_moved_into(places[0], sight)]
    free = (place for place in seen if not any(place.intersects(each) for each in taken))
    return next(free, seen[0])


def _moved_into(place: QRectF, sight: QRectF) -> QRectF:
    place = QRectF(place)
    place.moveLeft(max(sight.left(), min(place.left(), sight.right() - place.width())))
    place.moveTop(max(sight.top(), min(place.top(), sight.bottom() - place.height())))
    return place


def _size(painter: QPainter, label: str) -> QSizeF:
    around = painter.fontMetrics().boundingRect(label)
    return QSizeF(around.width() + _GAP, around.height())


def _paint_lines(painter: QPainter, drawn: Sequence[QPolygonF], listed: Listed, wide: float) -> None:
    style = Qt.PenStyle.SolidLine
    if listed.located.finding.outline is None or listed.status is Status.REJECTED:
        style = Qt.PenStyle.DashLine
    for pen in (QPen(QColor(0, 0, 0, 150), wide + 2), QPen(_colour(listed), wide, style)):
        painter.setPen(pen)
        for line in drawn:
            painter.drawPolygon(line)


def _colour(listed: Listed) -> QColor:
    if listed.status is Status.REJECTED:
        return REJECTED
    if listed.own:
        return OWN
    return ACCEPTED if listed.status is Status.ACCEPTED else PROPOSED
