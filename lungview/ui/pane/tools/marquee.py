"""A rectangle that is dragged open: what several tools ask a region with."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.tools.base import Pointer, Tool


class Marquee(Tool):
    """A tool that takes a rectangle of the image. `region` is it while it is dragged, else None."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, viewport: Canvas) -> None:
        super().__init__(viewport)
        self.region: QRectF | None = None
        self._start = QPointF()

    def take(self, region: QRectF) -> None:
        """What to do with the rectangle, in image coordinates, once the button is let go."""

    def press(self, pointer: Pointer) -> None:
        self._start = pointer.image
        self.region = QRectF(pointer.image, pointer.image)

    def move(self, pointer: Pointer) -> None:
        self.region = QRectF(self._start, pointer.image).normalized()
        self.viewport.update()

    def release(self, pointer: Pointer) -> None:
        region = self.region
        self.cancel()
        if region is not None and self.viewport.state.slice is not None:
            self.take(region)

    def cancel(self) -> None:
        self.region = None
        self.viewport.update()
