"""Ellipse in the box of a drag, with the statistics of the values inside."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.annotation import Kind
from lungview.ui.annotate.tools.draw import DrawTool


class EllipseTool(DrawTool):
    """Ellipse in the box of a drag, with the statistics of the values inside."""

    id = "tool.ellipse"
    kind = Kind.ELLIPSE
    title = str(QT_TRANSLATE_NOOP("Tools", "Ellipse"))
