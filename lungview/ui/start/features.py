"""What is added to a window besides panels: each `install(window)` brings actions, tools, layers, dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lungview.ui.annotate import editing
from lungview.ui.batch import actions as batch_actions
from lungview.ui.browser import feature as browser
from lungview.ui.layout import (
    cine,
    cursor,
    layouts,
    link,
    picture_actions,
    planes,
    reference_lines,
    view_actions,
    views,
)
from lungview.ui.nodules import actions as nodule_actions
from lungview.ui.pacs import feature as pacs
from lungview.ui.report import actions as report_actions
from lungview.ui.second_reader import actions as reader_actions
from lungview.ui.settings import preferences
from lungview.ui.shell import shell_actions
from lungview.ui.start import continuity

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow

FEATURES: tuple[Callable[[MainWindow], None], ...] = (
    shell_actions.install,
    browser.install,
    view_actions.install,
    views.install,
    layouts.install,
    reference_lines.install,
    cursor.install,
    cine.install,
    link.install,
    planes.install,
    editing.install,
    reader_actions.install,
    nodule_actions.install,
    picture_actions.install,
    report_actions.install,
    pacs.install,
    batch_actions.install,
    preferences.install,
    continuity.install,
)
