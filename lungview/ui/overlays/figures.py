"""Figures of overlays and openings of shutters as painter paths, in pixels of the picture."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

from lungview.overlays.values import Figure, Shape, Shutter

_ARM = 6.0  # of a cross, widget pixels


def path(figure: Figure) -> QPainterPath:
    """The lines of a figure; of points none (`crosses` has them), of text the way to what it is about."""
    if figure.shape is Shape.CIRCLE:
        return _circle(figure.points)
    if figure.shape is Shape.ELLIPSE:
        return _ellipse(figure.points)
    if figure.shape is Shape.POINTS or len(figure.points) < 2:
        return QPainterPath()
    drawn = _lines(figure.points, len(figure.points))
    if figure.shape is Shape.CLOSED:
        drawn.closeSubpath()
    return drawn


def crosses(figure: Figure, transform: QTransform) -> QPainterPath:
    """A cross at each point, as large on screen at every zoom. transform: image to widget coordinates."""
    turn = np.array([(transform.m11(), transform.m12()), (transform.m21(), transform.m22())])
    at = figure.points @ turn + (transform.dx(), transform.dy())
    ends = at[:, None] + _ARM * np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])
    return _lines(ends.reshape(-1, 2), 2)


def _lines(points: np.ndarray, each: int) -> QPainterPath:
    """Lines of so many points each; as the bytes that Qt reads a path from, not point by point."""
    elements = np.zeros(len(points), [("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
    elements["kind"] = QPainterPath.ElementType.LineToElement.value
    elements["kind"][::each] = QPainterPath.ElementType.MoveToElement.value
    elements["x"], elements["y"] = points.T
    last = max(0, len(points) - each)
    written = struct.pack(">i", len(points)) + elements.tobytes() + struct.pack(">2i", last, 0)
    drawn = QPainterPath()
    QDataStream(QByteArray(written)) >> drawn
    return drawn


def _circle(points: np.ndarray) -> QPainterPath:
    (x, y), radius = points[0], math.dist(points[0], points[1])
    drawn = QPainterPath()
    drawn.addEllipse(QPointF(x, y), radius, radius)
    return drawn


def _ellipse(points: np.ndarray) -> QPainterPath:
    """By the ends of its axes, which may run in any direction."""
    one, other, third, fourth = points
    x, y = (one + other) / 2
    turn = QTransform()
    turn.translate(float(x), float(y))
    turn.rotate(math.degrees(math.atan2(other[1] - one[1], other[0] - one[0])))
    drawn = QPainterPath()
    drawn.addEllipse(QPointF(0, 0), math.dist(one, other) / 2, math.dist(third, fourth) / 2)
    return turn.map(drawn)


def openings(shutter: Shutter) -> Iterator[QPainterPath]:
    """What each part of a shutter leaves to be seen."""
    if shutter.box is not None:
        left, top, right, bottom = shutter.box
        opening = QPainterPath()
        opening.addRect(QRectF(left, top, right - left, bottom - top))
        yield opening
    if shutter.circle is not None:
        x, y, radius = shutter.circle
        opening = QPainterPath()
        opening.addEllipse(QPointF(x, y), radius, radius)
        yield opening
    if shutter.polygon:
        opening = QPainterPath()
        opening.addPolygon(QPolygonF([QPointF(x, y) for x, y in shutter.polygon]))
        opening.closeSubpath()
        yield opening
