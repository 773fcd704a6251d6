"""Through the slices by dragging: down to the next ones, up to those before."""

from __future__ import annotations

from PySide6.QtCore import Qt

from lungview.ui.pane.tools.base import Pointer, Tool

LEAST, MOST = 2.0, 24.0  # widget pixels a slice


class ScrollTool(Tool):
    """The height of the view is the whole stack, within what a hand can aim at."""

    id = "tool.scroll"
    cursor = Qt.CursorShape.SizeVerCursor

    def press(self, pointer: Pointer) -> None:
        self._from, self._gone = pointer.position.y(), 0

    def move(self, pointer: Pointer) -> None:
        view = self.viewport
        step = min(max(view.height() / max(view.state.count, 1), LEAST), MOST)
        wanted = int((pointer.position.y() - self._from) / step)
        if wanted != self._gone:
            view.scrolled.emit(wanted - self._gone)
            self._gone = wanted
