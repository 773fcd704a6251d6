"""Right drag: up is closer, about the point where the drag began."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, Qt

from lungview.ui.pane.tools.base import Pointer, Tool

GAIN = math.log(2) / 120  # 120 pixels double the zoom


class ZoomTool(Tool):
    id = "tool.zoom"
    cursor = Qt.CursorShape.SizeVerCursor

    def press(self, pointer: Pointer) -> None:
        self._before, self._anchor, self._last = self.viewport.state, pointer.position, pointer.position

    def move(self, pointer: Pointer) -> None:
        step, self._last = pointer.position.y() - self._last.y(), pointer.position
        self.viewport.zoom_by(math.exp(-step * GAIN), self._anchor)

    def release(self, pointer: Pointer) -> None:
        self.viewport.record(QCoreApplication.translate("Undo", "Zoom"), self._before)
