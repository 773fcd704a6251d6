"""The outline of something on one slice, by a stroke of mouse or pen, or corner by corner."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP, QLineF, QPointF

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Kind
from lungview.ui.annotate.tools.polygon import PolygonTool
from lungview.ui.pane.tools.base import Pointer

_STEP = 3.0  # widget pixels between two corners of a stroke
_OFF = 0.4  # widget pixels by which a corner left out was off the line


class ContourTool(PolygonTool):
    """A stroke closes itself where the button comes up; clicks set corners as a polygon's.

    Contours of one name on several slices have a volume: a new one gets the name of the last one looked at.
    """

    id = "tool.contour"
    kind = Kind.CONTOUR
    title = str(QT_TRANSLATE_NOOP("Tools", "Contour"))
    _stroke = False

    def press(self, pointer: Pointer) -> None:
        super().press(pointer)
        self._stroke = False

    def move(self, pointer: Pointer) -> None:
        if self._points and self._far(self._points[-1], pointer.position):
            self._stroke = self._stroke or len(self._points) == 1
            if self._stroke:
                self._points.append(self._on_picture(pointer))
        super().move(pointer)

    def release(self, pointer: Pointer) -> None:
        if self._stroke and len(self._points) >= KINDS[self.kind].fewest:
            self.finish()
        else:
            super().release(pointer)

    def made(self, points: tuple[Point, ...]) -> Annotation:
        return Annotation(self.kind, self._thinned(points), self.annotations.contour_name)

    def _thinned(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        """The same line by fewer corners: a stroke has hundreds."""
        off = _OFF * self.viewport.devicePixelRatioF() / self.viewport.zoom
        line = np.array([[(p.x, p.y)] for p in points], np.float32)
        kept = cv2.approxPolyDP(line, off, True).reshape(-1, 2)
        most = KINDS[self.kind].most
        few = kept[:: -(-len(kept) // most)] if len(kept) >= KINDS[self.kind].fewest else line.reshape(-1, 2)
        return tuple(Point(float(x), float(y)) for x, y in few)

    def _far(self, point: Point, position: QPointF) -> bool:
        there = self.viewport.image_to_widget(QPointF(point.x, point.y))
        return QLineF(there, position).length() >= _STEP
