"""The work-up of nodules in a window: its panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def _work_up(host: Host) -> QWidget:
    from lungview.ui.work_up.panel import WorkUpPanel

    return WorkUpPanel(host.workspace)


PANELS = (
    Panel(
        "work_up", "WorkUpPanel", QT_TRANSLATE_NOOP("Panel", "Work-up"), RIGHT, _work_up, beside="heat_map"
    ),
)
