"""The lines of findings with their labels, over a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from lungview.nodules.finding import Status
from lungview.ui.pane.lettering import text
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.nodules.listed import FindingList, Listed

OWN, PROPOSED, ACCEPTED, REJECTED = (QColor(c) for c in ("#4dd0e1", "#ffb74d", "#81c784", "#9aa5b1"))


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
    for each in listed.drawn(chosen):
        drawn = [transform.map(line) for line in lines.get(each.id, ())]
        if drawn:
            _paint_lines(painter, drawn, each, 2.4 if each.id == chosen else 1.4)
            _paint_label(painter, viewport, drawn[0].boundingRect(), listed.label(each), _colour(each))


def _paint_lines(painter: QPainter, drawn: Sequence[QPolygonF], listed: Listed, wide: float) -> None:
    style = Qt.PenStyle.SolidLine
    if listed.located.finding.outline is None or listed.status is Status.REJECTED:
        style = Qt.PenStyle.DashLine
    for pen in (QPen(QColor(0, 0, 0, 150), wide + 2), QPen(_colour(listed), wide, style)):
        painter.setPen(pen)
        for line in drawn:
            painter.drawPolygon(line)


def _paint_label(painter: QPainter, viewport: Viewport, around: QRectF, label: str, colour: QColor) -> None:
    room = QRectF(around.right() + 4, around.top() - 18, 200, 20)
    where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    if room.left() + 60 > viewport.width():
        room.moveRight(around.left() - 4)
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    room.moveTop(max(room.top(), 2.0))
    text(painter, room, where, (label,), colour)


def _colour(listed: Listed) -> QColor:
    if listed.status is Status.REJECTED:
        return REJECTED
    if listed.own:
        return OWN
    return ACCEPTED if listed.status is Status.ACCEPTED else PROPOSED
