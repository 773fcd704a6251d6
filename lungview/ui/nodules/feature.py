"""Findings in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.nodules.actions import FindingsActions

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    FindingsActions(host)
