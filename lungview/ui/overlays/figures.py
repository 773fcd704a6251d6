"""Figures of overlays and openings of shutters as painter paths, in pixels of the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

from lungview.overlays.values import Figure, Shape, Shutter

_ARM = 6.0  # of a cross, widget pixels


def path(figure: Figure) -> QPainterPath:
    """The lines of a figure; of points none (`crosses` has them), of text the way to what it is about."""
    points = [QPointF(x, y) for x, y in figure.points]
    if figure.shape is Shape.CIRCLE:
        return _circle(figure.points)
    if figure.shape is Shape.ELLIPSE:
        return _ellipse(figure.points)
    drawn = QPainterPath()
    if figure.shape is Shape.POINTS or len(points) < 2:
        return drawn
    drawn.addPolygon(QPolygonF(points))
    if figure.shape is Shape.CLOSED:
        drawn.closeSubpath()
    return drawn


def crosses(figure: Figure, transform: QTransform) -> QPainterPath:
    """A cross at each point, as large on screen at every zoom. transform: image to widget coordinates."""
    drawn = QPainterPath()
    for x, y in figure.points:
        at = transform.map(QPointF(x, y))
        for arm in (QPointF(_ARM, 0), QPointF(0, _ARM)):
            drawn.moveTo(at - arm)
            drawn.lineTo(at + arm)
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
