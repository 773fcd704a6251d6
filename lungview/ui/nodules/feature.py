"""Findings in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.nodules.actions import FindingsActions
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP


def install(host: Host) -> None:
    FindingsActions(host)


def _findings(host: Host) -> QWidget:
    from lungview.ui.nodules.panel import FindingsPanel

    return FindingsPanel(host.workspace)


def _lungs(host: Host) -> QWidget:
    from lungview.ui.nodules.lungs_panel import LungsPanel

    return LungsPanel(host.workspace)


PANELS = (
    Panel("findings", "FindingsPanel", _T("Panel", "Findings"), RIGHT, _findings, beside="prediction"),
    Panel("lungs", "LungsPanel", _T("Panel", "Lungs"), RIGHT, _lungs, beside="heat_map"),
)
