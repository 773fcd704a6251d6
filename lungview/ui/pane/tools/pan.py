"""Middle drag: the picture follows the hand."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from lungview.ui.pane import camera
from lungview.ui.pane.tools.base import Pointer, Tool


class PanTool(Tool):
    id = "tool.pan"
    cursor = Qt.CursorShape.OpenHandCursor

    def press(self, pointer: Pointer) -> None:
        self._before, self._last = self.viewport.state, pointer.position

    def move(self, pointer: Pointer) -> None:
        view, shown = self.viewport, self.viewport.state.slice
        step, self._last = (pointer.position - self._last) * view.devicePixelRatioF(), pointer.position
        if shown is not None:
            view.change(lambda s: s.seen_by(camera.panned(shown, s.camera, view.device_size(), step)))

    def release(self, pointer: Pointer) -> None:
        self.viewport.record(QCoreApplication.translate("Undo", "Pan"), self._before)
