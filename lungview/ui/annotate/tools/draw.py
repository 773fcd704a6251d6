"""What all drawing tools share: points by click or by drag, a rubber band, Esc."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Kind, Shape
from lungview.ui.annotate import drawing, labels, statistics
from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.marks.annotations import Annotations

_OF_A_LINE = 2  # points


class DrawTool(Tool):
    """Draws annotations of one kind.

    A point is set where the button goes down and, after a drag, where it comes up: press–drag–release and
    click–move–click give the same ruler. Whatever the mouse does, points stay on the picture.
    """

    kind: Kind
    title: str  # what undo and the menus call it
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, viewport: Viewport, annotations: Annotations) -> None:
        super().__init__(viewport)
        self.annotations = annotations
        self._points: list[Point] = []
        self._free: Point | None = None  # the point under the mouse, not set yet

    @property
    def text(self) -> str:
        """The title in the user's language."""
        return QCoreApplication.translate("Tools", self.title)

    @property
    def drawing(self) -> bool:
        """Whether something is under way."""
        return bool(self._points)

    def press(self, pointer: Pointer) -> None:
        at = self._on_picture(pointer)
        if not self._points or self._begins_a_line():
            self._points.append(at)
        self._follow(at)

    def move(self, pointer: Pointer) -> None:
        self._follow(self._on_picture(pointer))

    def moved(self, pointer: Pointer) -> None:
        if self._points:
            self._follow(self._on_picture(pointer))

    def release(self, pointer: Pointer) -> None:
        if not self._points:
            return
        at = self._on_picture(pointer)
        if not self._near(self._points[-1], pointer.position):
            self._points.append(at)
        if len(self._points) == KINDS[self.kind].most:
            self.finish()
        self.viewport.update()

    def cancel(self) -> None:
        self._points, self._free = [], None
        self.viewport.update()

    def finish(self) -> Annotation | None:
        """Keep what was drawn; None when it is not enough."""
        points, shown = tuple(self._points), self.viewport.state.slice
        self.cancel()
        if shown is None or len(points) < KINDS[self.kind].fewest:
            return None
        made = self.made(points)
        self.annotations.add(self.annotations.picture(shown), made, self.text)
        self.annotations.choose(made)
        return made

    def made(self, points: tuple[Point, ...]) -> Annotation:
        """The annotation of the points that were set."""
        return Annotation(self.kind, points)

    def paint(self, painter: QPainter) -> None:
        """The rubber band: what a release here would keep, or the points so far."""
        if not self._points:
            return
        free = [self._free] if self._free is not None and self._free != self._points[-1] else []
        points, shown = (*self._points, *free), self.viewport.state.slice
        painter.save()
        fewest, most = KINDS[self.kind].fewest, KINDS[self.kind].most
        if shown is not None and fewest <= len(points) <= most:
            shape = Annotation(self.kind, points, id="under way")
            drawing.paint(painter, shape, self.viewport.transform())
            self._paint_measures(painter, shape, statistics.lines(shown, shape))
        else:
            drawing.paint_open(painter, points, self.viewport.transform())
        painter.restore()

    def _paint_measures(self, painter: QPainter, shape: Annotation, lines: Sequence[str]) -> None:
        metrics, sight = QFontMetricsF(painter.font()), labels.sight_of(painter)
        placed = labels.layout([shape], lambda _: lines, self.viewport.transform(), metrics, sight)
        for label in placed.values():
            labels.paint(painter, label, drawing.LINE)

    def _begins_a_line(self) -> bool:
        """Whether the first of two lines is drawn: a press is where the other begins."""
        return KINDS[self.kind].shape is Shape.TWO_LINES and len(self._points) == _OF_A_LINE

    def _follow(self, at: Point) -> None:
        self._free = at
        self.viewport.update()

    def _near(self, point: Point, position: QPointF) -> bool:
        there = self.viewport.image_to_widget(QPointF(point.x, point.y))
        return QLineF(there, position).length() < QApplication.startDragDistance() / 2

    def _on_picture(self, pointer: Pointer) -> Point:
        shown = self.viewport.state.slice
        assert shown is not None, "the viewport passes no press on without a picture"
        x = min(max(pointer.image.x(), 0.0), float(shown.columns))
        y = min(max(pointer.image.y(), 0.0), float(shown.rows))
        return Point(x, y)
