"""Angle at the second of three points."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.annotation import Kind
from lungview.ui.annotate.tools.draw import DrawTool


class AngleTool(DrawTool):
    """Angle at the second of three points."""

    id = "tool.angle"
    kind = Kind.ANGLE
    title = str(QT_TRANSLATE_NOOP("Tools", "Angle"))
