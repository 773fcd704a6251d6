"""Where the texts of annotations go: beside their drawing, in sight, and over no other text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from lungview.marks.annotation import Annotation
from lungview.marks.kinds import Kind
from lungview.ui.annotate import drawing

_GAP = 8.0
_FAR = 24.0  # widget pixels between a text and its drawing from where on a line joins them
_BETWEEN = 2.0  # widget pixels between two texts
_ROOM = QRectF(0, 0, 1e5, 1e5)  # more than any text needs


@dataclass(frozen=True, slots=True)
class Label:
    """A text in its place. area: widget pixels; drawn: the lines that it tells of."""

    lines: tuple[str, ...]
    area: QRectF
    drawn: QPainterPath

    @property
    def leader(self) -> QLineF | None:
        """The line to the nearest point of the drawing, where the text lies far from it."""
        points = (self.drawn.elementAt(n) for n in range(self.drawn.elementCount()))
        ends = [QPointF(point.x, point.y) for point in points]
        lines = [QLineF(_nearest(self.area, end), end) for end in ends]
        shortest = min(lines, key=QLineF.length, default=QLineF())
        return shortest if shortest.length() > _FAR else None


def layout(
    annotations: Iterable[Annotation],
    said: Callable[[Annotation], Sequence[str]],
    transform: QTransform,
    metrics: QFontMetricsF,
    sight: QRectF,
    taken: Sequence[QRectF] = (),
) -> dict[str, Label]:
    """The label of each annotation that says something, by its id.

    transform: image to widget coordinates. sight: what of the widget is seen; no label leaves it. taken:
    areas of other texts. Where the reader put a label it stays; the others make way for all.
    """
    found: dict[str, Label] = {}
    for annotation in sorted(annotations, key=lambda each: each.label is None):
        lines = tuple(line for line in said(annotation) if line)
        if lines:
            others = [*taken, *(label.area for label in found.values())]
            area = _area(annotation, size_of(lines, metrics), transform, sight, others)
            found[annotation.id] = Label(lines, area, drawing.path(annotation, transform))
    return found


def _area(
    annotation: Annotation, size: QSizeF, transform: QTransform, sight: QRectF, others: Sequence[QRectF]
) -> QRectF:
    if annotation.label is not None:
        put = transform.map(QPointF(annotation.label.x, annotation.label.y))
        return in_sight(QRectF(put, size), sight)
    places = list(_places(annotation, size, transform, sight))
    free = (place for place in places if not any(place.intersects(other) for other in others))
    return next(free, None) or min(places, key=lambda place: _covered(place, others))


def _places(annotation: Annotation, size: QSizeF, transform: QTransform, sight: QRectF) -> Iterator[QRectF]:
    """Where a text may go, the best first: beside its drawing, at its other sides, then ever further off."""
    around = drawing.path(annotation, transform).boundingRect()
    first = text_box(corner(annotation, transform), size, sight, around.bottom() + _GAP)
    yield first
    left, middle = around.left() - _GAP - size.width(), around.center().x() - size.width() / 2
    beside = (
        QPointF(left, around.center().y()),
        QPointF(middle, around.bottom() + _GAP),
        QPointF(middle, around.top() - _GAP - size.height()),
    )
    for at in beside:
        yield in_sight(QRectF(at, size), sight)
    step = size.height() + _BETWEEN
    for n in range(1, math.ceil(sight.height() / step) + 1):
        for direction in (1, -1):
            yield in_sight(first.translated(0, direction * n * step), sight)


def _covered(place: QRectF, others: Sequence[QRectF]) -> float:
    parts = (place.intersected(other) for other in others)
    return sum(part.width() * part.height() for part in parts)


def _nearest(area: QRectF, point: QPointF) -> QPointF:
    """The point of an area that is nearest to another."""
    x = min(max(point.x(), area.left()), area.right())
    y = min(max(point.y(), area.top()), area.bottom())
    return QPointF(x, y)


def corner(annotation: Annotation, transform: QTransform) -> QPointF:
    """Where the upper left corner of a text is at its best: right of the drawing, or at an arrow's tail."""
    if annotation.kind is Kind.ARROW:
        tail = annotation.points[1]
        return transform.map(QPointF(tail.x, tail.y)) + QPointF(_GAP, -_GAP)
    around = drawing.path(annotation, transform).boundingRect()
    return QPointF(around.right() + _GAP, around.center().y())


def text_box(at: QPointF, size: QSizeF, sight: QRectF, below: float) -> QRectF:
    """Where a text goes that should begin at a point: in sight, and under its drawing, at the height `below`,
    when there is no room to the right."""
    area = in_sight(QRectF(at, size), sight)
    return area if area.left() >= at.x() else in_sight(QRectF(QPointF(area.left(), below), size), sight)


def in_sight(area: QRectF, sight: QRectF) -> QRectF:
    """The area moved as little as it takes to be seen; its beginning, where it is larger than the view."""
    left = max(min(area.left(), sight.right() - area.width()), sight.left())
    top = max(min(area.top(), sight.bottom() - area.height()), sight.top())
    return QRectF(QPointF(left, top), area.size())


def size_of(lines: Sequence[str], metrics: QFontMetricsF) -> QSizeF:
    """How large the ground of some lines is."""
    width = max(metrics.horizontalAdvance(line) for line in lines) + 8
    # Chinese and Japanese letters are of another font, whose lines are taller than this one's.
    high = metrics.boundingRect(_ROOM, int(Qt.AlignmentFlag.AlignLeft), "\n".join(lines)).height()
    return QSizeF(width, max(high, metrics.height() * len(lines)) + 4)


def sight_of(painter: QPainter) -> QRectF:
    """What is seen of what a painter in widget coordinates paints."""
    # An export clips to the view; its window is in device pixels, a widget's is not.
    return painter.clipBoundingRect() if painter.hasClipping() else QRectF(painter.window())


def paint(painter: QPainter, label: Label, colour: QColor) -> None:
    """The lines on a dark ground, and a line to the drawing where that lies far off."""
    leader = label.leader
    if leader is not None:
        for pen in (QPen(drawing.HALO, 3.0), QPen(colour, 1.0, Qt.PenStyle.DotLine)):
            painter.setPen(pen)
            painter.drawLine(leader)
    painter.fillRect(label.area, drawing.HALO)
    painter.setPen(colour)
    inside = label.area.adjusted(4, 2, -4, -2)
    painter.drawText(inside, Qt.AlignmentFlag.AlignLeft, "\n".join(label.lines))
