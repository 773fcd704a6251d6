"""The list of marks in a window: its desk, and the key that brings it to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.annotate.annotations import Annotations
from lungview.ui.marks_list.desk import Desk
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, TOOLS, Row

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

ROW = Row("marks.list", QT_TRANSLATE_NOOP("Actions", "List of marks"), ("Ctrl+M",), TOOLS)


def install(host: Host) -> None:
    """After annotations are installed."""
    annotations = host.session.services.find(Annotations)
    assert annotations is not None, "drawing is installed first"
    host.session.services.put(Desk(host.session, annotations))
    host.actions_table.add_rows(ROW)
    host.actions_table.handle(ROW.id, lambda: host.to_front("marks"))
