"""The list of marks in a window: its desk, and the key that brings it to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.marks_list.desk import Desk
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, TOOLS, Row
from lungview.ui.shell.host import LEFT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host

ROW = Row("marks.list", QT_TRANSLATE_NOOP("Actions", "List of marks"), ("Ctrl+M",), TOOLS)


def install(host: Host) -> None:
    host.workspace.services.put(Desk(host.session, host.workspace.annotations))
    host.actions_table.add_rows(ROW)
    host.actions_table.handle(ROW.id, lambda: host.to_front("marks"))


def _marks(host: Host) -> QWidget:
    from lungview.ui.marks_list.panel import MarksPanel

    return MarksPanel(host.session)


PANELS = (Panel("marks", LEFT, _marks, shown=False),)
