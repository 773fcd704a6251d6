"""Length between two points."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.annotation import Kind
from lungview.ui.annotate.tools.draw import DrawTool


class RulerTool(DrawTool):
    """Length between two points."""

    id = "tool.ruler"
    kind = Kind.RULER
    title = str(QT_TRANSLATE_NOOP("Tools", "Ruler"))
