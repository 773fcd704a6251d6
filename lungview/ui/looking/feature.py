"""Loupe, colours, gestures and the tool that scrolls: what they bring to a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.looking.colours import Colours
from lungview.ui.looking.gestures import Gestures
from lungview.ui.looking.loupe import Loupe
from lungview.ui.pane.tools.scroll import ScrollTool
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, TOOLS, VIEW, Row

if TYPE_CHECKING:
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
LOUPE = Row("view.loupe", _T("Actions", "Loupe"), ("Shift+Z",), VIEW, "loupe", checkable=True)
SCROLL = Row(
    "tool.scroll", _T("Actions", "Scroll by dragging"), ("Shift+S",), TOOLS, "scroll", checkable=True
)


def install(host: Host) -> None:
    host.actions_table.add_rows(LOUPE, SCROLL)
    host.tools.add(ScrollTool)
    Colours(host)
    _install_loupe(host)
    host.each_view(Gestures)


def _install_loupe(host: Host) -> None:
    loupes: list[Loupe] = []

    def turn(on: bool) -> None:
        for loupe in loupes:
            loupe.turn(on)

    action = host.actions_table.handle(LOUPE.id, turn)

    def equip(viewport: Viewport) -> None:
        loupe = Loupe(viewport)
        loupe.on = action.isChecked()
        loupes.append(loupe)
        viewport.mouse.grabbers.append(loupe)

    host.each_view(equip)
