"""The tools that draw: a row each; one that needs more than clicks and a drag has a class of its own."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.kinds import Kind
from lungview.ui.annotate.tools.arrow import ArrowTool
from lungview.ui.annotate.tools.contour import ContourTool
from lungview.ui.annotate.tools.draw import DrawTool
from lungview.ui.annotate.tools.polygon import PolygonTool, PolylineTool
from lungview.ui.annotate.tools.probe import ProbeTool


def _plain(kind: Kind, title: object) -> type[DrawTool]:
    """A tool of nothing but its kind's points, one by one."""
    own = {"id": f"tool.{kind}", "kind": kind, "title": str(title)}
    return type(f"{title}Tool", (DrawTool,), {"__doc__": f"Draws: {title}.", **own})


DRAW_TOOLS: tuple[type[DrawTool], ...] = (
    _plain(Kind.RULER, QT_TRANSLATE_NOOP("Tools", "Ruler")),
    _plain(Kind.ANGLE, QT_TRANSLATE_NOOP("Tools", "Angle")),
    _plain(Kind.ELLIPSE, QT_TRANSLATE_NOOP("Tools", "Ellipse")),
    _plain(Kind.RECTANGLE, QT_TRANSLATE_NOOP("Tools", "Rectangle")),
    _plain(Kind.BIDIRECTIONAL, QT_TRANSLATE_NOOP("Tools", "Long and short axis")),
    _plain(Kind.COBB, QT_TRANSLATE_NOOP("Tools", "Cobb angle")),
    _plain(Kind.PROFILE, QT_TRANSLATE_NOOP("Tools", "Profile line")),
    PolylineTool,
    PolygonTool,
    ContourTool,
    ArrowTool,
    ProbeTool,
)
