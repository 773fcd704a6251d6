"""The value of one pixel, kept on the picture."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.kinds import Kind
from lungview.ui.annotate.tools.draw import DrawTool
from lungview.ui.pane.tools.base import Pointer


class ProbeTool(DrawTool):
    """One click, or a drag to the place: it stays where the button comes up."""

    id = "tool.probe"
    kind = Kind.PROBE
    title = str(QT_TRANSLATE_NOOP("Tools", "Probe"))

    def move(self, pointer: Pointer) -> None:
        self._points = [self._on_picture(pointer)]
        self._follow(self._points[0])

    def release(self, pointer: Pointer) -> None:
        if self._points:
            self._points = [self._on_picture(pointer)]
            self.finish()
