"""Drawing and undo in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.annotate.editing import Editing

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    Editing(host)
