"""Lines of as many clicks as the reader wants: open, or closed to a region."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.kinds import KINDS, Kind
from lungview.ui.annotate.tools.draw import DrawTool
from lungview.ui.pane.tools.base import Pointer


class PolylineTool(DrawTool):
    """A corner a click; a double click ends it."""

    id = "tool.polyline"
    kind = Kind.POLYLINE
    title = str(QT_TRANSLATE_NOOP("Tools", "Polyline"))

    def double_click(self, pointer: Pointer) -> bool:
        """The first click of the two has set the last corner already."""
        drawing = self.drawing
        if drawing:
            self.finish()
        return drawing


class PolygonTool(PolylineTool):
    """A corner a click; a double click, or a click on the first corner, closes it."""

    id = "tool.polygon"
    kind = Kind.POLYGON
    title = str(QT_TRANSLATE_NOOP("Tools", "Polygon"))

    def release(self, pointer: Pointer) -> None:
        enough = len(self._points) >= KINDS[self.kind].fewest
        if enough and self._near(self._points[0], pointer.position):
            self.finish()
        else:
            super().release(pointer)
