"""What is added to a window besides panels: each `install(window)` brings actions, tools, layers, dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lungview.ui import (
    cine,
    continuity,
    editing,
    joining,
    link,
    picture_actions,
    planes,
    preferences,
    reader_actions,
    report_actions,
    scan_status,
    shell_actions,
    view_actions,
    views,
)

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow

FEATURES: tuple[Callable[[MainWindow], None], ...] = (
    shell_actions.install,
    view_actions.install,
    views.install,
    cine.install,
    link.install,
    planes.install,
    scan_status.install,
    editing.install,
    joining.install,
    reader_actions.install,
    picture_actions.install,
    report_actions.install,
    preferences.install,
    continuity.install,
)
