"""Overlays of others in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.overlays.actions import OverlayActions
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    OverlayActions(host)


def _overlays(host: Host) -> QWidget:
    from lungview.ui.overlays.panel import OverlaysPanel

    return OverlaysPanel(host.workspace)


PANELS = (
    Panel(
        "overlays",
        "OverlaysPanel",
        QT_TRANSLATE_NOOP("Panel", "Overlays"),
        RIGHT,
        _overlays,
        shown=False,
        beside="heat_map",
    ),
)
