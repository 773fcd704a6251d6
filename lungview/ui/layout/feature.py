"""How views stand, follow each other and are looked at in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.layout import cine, planes
from lungview.ui.layout.cursor import Cursor
from lungview.ui.layout.layouts import Layouts
from lungview.ui.layout.link import Link
from lungview.ui.layout.picture_actions import PictureActions
from lungview.ui.layout.reference_lines import ReferenceLines
from lungview.ui.layout.view_actions import ViewActions

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    ViewActions(host.session, host.actions_table, host.widget)
    Layouts(host)
    ReferenceLines(host)
    Cursor(host)
    cine.install(host)
    Link(host)
    planes.install(host)
    PictureActions(host)
