"""The list of marks in a window: its desk, and the key that brings it to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.annotate.statistics import translated
from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, TOOLS, Row
from lungview.ui.shell.host import LEFT, Panel
from lungview.viewer.marks_list.desk import Desk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host

ROW = Row("marks.list", QT_TRANSLATE_NOOP("Actions", "List of marks"), ("Ctrl+M",), TOOLS)


def install(host: Host) -> None:
    desk = Desk(host.workspace, host.workspace.annotations, translated)
    desk.selecting.connect(lambda annotation_id: _select(host, annotation_id))
    host.workspace.services.put(desk)
    host.actions_table.add_rows(ROW)
    host.actions_table.handle(ROW.id, lambda: host.to_front("marks"))


def _select(host: Host, annotation_id: str) -> None:
    """Have the handles of a mark in the active view show."""
    for tool in host.session.viewport.mouse.grabbers:
        if isinstance(tool, SelectTool):
            tool.select(annotation_id)


def _marks(host: Host) -> QWidget:
    from lungview.ui.marks_list.panel import MarksPanel

    return MarksPanel(host.workspace)


PANELS = (Panel("marks", "MarksPanel", QT_TRANSLATE_NOOP("Panel", "Marks"), LEFT, _marks, shown=False),)
