"""Overlays of others in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.overlays.actions import OverlayActions

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    OverlayActions(host)
