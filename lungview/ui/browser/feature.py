"""The list of studies in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.browser.close_actions import CloseActions
from lungview.ui.browser.joining import Joining
from lungview.ui.browser.scan_status import ScanStatus

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    CloseActions(host)
    ScanStatus(host)
    Joining(host)
