"""How an annotation looks and where it can be taken hold of, in widget coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QTransform

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Shape

LINE, SELECTED, HANDLE = QColor("#6fdc6f"), QColor("#ffd166"), QColor("#ffffff")
HALO = QColor(0, 0, 0, 170)
REACH = 7.0  # widget pixels: how near the mouse must come
_HEAD = 12.0
_CROSS = 7.0


def _mapped(point: Point, transform: QTransform) -> QPointF:
    return transform.map(QPointF(point.x, point.y))


def _open_line(points: Sequence[Point], transform: QTransform) -> QPainterPath:
    path = QPainterPath(_mapped(points[0], transform))
    for point in points[1:]:
        path.lineTo(_mapped(point, transform))
    return path


def _ruler(annotation: Annotation, transform: QTransform) -> QPainterPath:
    path = _open_line(annotation.points, transform)
    line = QLineF(
        path.elementAt(0).x, path.elementAt(0).y, path.currentPosition().x(), path.currentPosition().y()
    )
    if line.length() > 0:
        across = line.normalVector().unitVector()
        tick = QPointF(across.dx(), across.dy()) * _CROSS / 2
        for end in (line.p1(), line.p2()):
            path.moveTo(end - tick)
            path.lineTo(end + tick)
    return path


def _angle(annotation: Annotation, transform: QTransform) -> QPainterPath:
    return _open_line(annotation.points, transform)


def _box(annotation: Annotation) -> QRectF:
    left, top, right, bottom = annotation.box
    return QRectF(left, top, right - left, bottom - top)


def _ellipse(annotation: Annotation, transform: QTransform) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(_box(annotation))
    return transform.map(path)


def _rectangle(annotation: Annotation, transform: QTransform) -> QPainterPath:
    path = QPainterPath()
    path.addRect(_box(annotation))
    return transform.map(path)


def _polygon(annotation: Annotation, transform: QTransform) -> QPainterPath:
    path = _open_line(annotation.points, transform)
    path.closeSubpath()
    return path


def _arrow(annotation: Annotation, transform: QTransform) -> QPainterPath:
    path = _open_line(annotation.points, transform)
    tip, tail = (_mapped(point, transform) for point in annotation.points)
    shaft = QLineF(tip, tail)
    for turn in (25.0, -25.0):
        barb = QLineF(shaft)
        barb.setAngle(shaft.angle() + turn)
        barb.setLength(min(_HEAD, shaft.length()))
        path.moveTo(tip)
        path.lineTo(barb.p2())
    return path


def _probe(annotation: Annotation, transform: QTransform) -> QPainterPath:
    at = _mapped(annotation.points[0], transform)
    path = QPainterPath()
    for arm in (QPointF(_CROSS, 0), QPointF(0, _CROSS)):
        path.moveTo(at - arm)
        path.lineTo(at + arm)
    return path


def _two_lines(annotation: Annotation, transform: QTransform) -> QPainterPath:
    """Two lines, while it is being drawn perhaps one and a half."""
    path = _open_line(annotation.points[:2], transform)
    if annotation.points[2:]:
        path.addPath(_open_line(annotation.points[2:], transform))
    return path


_PATHS = {
    Shape.TICKS: _ruler,
    Shape.OPEN: _angle,
    Shape.CLOSED: _polygon,
    Shape.ELLIPSE: _ellipse,
    Shape.BOX: _rectangle,
    Shape.ARROW: _arrow,
    Shape.CROSS: _probe,
    Shape.TWO_LINES: _two_lines,
}
_OF_A_BOX = (Shape.ELLIPSE, Shape.BOX)


def path(annotation: Annotation, transform: QTransform) -> QPainterPath:
    """The lines of an annotation. transform: image to widget coordinates."""
    return _PATHS[KINDS[annotation.kind].shape](annotation, transform)


def handles(annotation: Annotation) -> tuple[Point, ...]:
    """Points to take hold of, in image coordinates: the annotation's own, all four corners of a box."""
    if KINDS[annotation.kind].shape not in _OF_A_BOX:
        return annotation.points
    one, other = annotation.points
    return one, other, Point(one.x, other.y), Point(other.x, one.y)


def with_handle(annotation: Annotation, index: int, to: Point) -> Annotation:
    """The annotation after a handle was drawn elsewhere; the opposite corner of a box stays."""
    if index < len(annotation.points):
        return annotation.with_point(index, to)
    one, other = annotation.points
    if index == 2:  # the corner with the first point's column and the second point's row
        return annotation.with_point(0, Point(to.x, one.y)).with_point(1, Point(other.x, to.y))
    return annotation.with_point(0, Point(one.x, to.y)).with_point(1, Point(to.x, other.y))


def handle_at(annotation: Annotation, transform: QTransform, at: QPointF) -> int | None:
    """The handle within reach of a widget position, the nearest of several; None when there is none."""
    distances = [
        (QLineF(_mapped(handle, transform), at).length(), index)
        for index, handle in enumerate(handles(annotation))
    ]
    distance, index = min(distances)
    return index if distance <= REACH else None


def hit(annotation: Annotation, transform: QTransform, at: QPointF) -> bool:
    """Whether a widget position is within reach of the annotation's lines."""
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * REACH)
    return stroker.createStroke(path(annotation, transform)).contains(at)


def paint(
    painter: QPainter, annotation: Annotation, transform: QTransform, *, selected: bool = False
) -> None:
    """Draw the lines of an annotation, readable on air and on bone."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shape = path(annotation, transform)
    colour = SELECTED if selected else LINE
    for pen in (QPen(HALO, 4.0), QPen(colour, 1.6)):
        painter.setPen(pen)
        painter.drawPath(shape)
    if selected:
        _paint_handles(painter, annotation, transform)


def paint_open(painter: QPainter, points: Sequence[Point], transform: QTransform) -> None:
    """Draw the points so far of something not finished."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(HALO, 4.0), QPen(SELECTED, 1.6, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawPath(_open_line(points, transform))


def _paint_handles(painter: QPainter, annotation: Annotation, transform: QTransform) -> None:
    painter.setPen(QPen(HALO, 1.0))
    painter.setBrush(HANDLE)
    for handle in handles(annotation):
        at = _mapped(handle, transform)
        painter.drawRect(QRectF(at.x() - 3, at.y() - 3, 6, 6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
