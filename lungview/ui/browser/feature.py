"""The list of studies in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.browser.close_actions import CloseActions
from lungview.ui.browser.joining import Joining
from lungview.ui.browser.scan_status import ScanStatus
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import LEFT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    CloseActions(host)
    ScanStatus(host)
    Joining(host)


def _series(host: Host) -> QWidget:
    from lungview.ui.browser.series import SeriesPanel

    return SeriesPanel(host.session)


PANELS = (Panel("series", "SeriesPanel", QT_TRANSLATE_NOOP("Panel", "Series"), LEFT, _series),)
