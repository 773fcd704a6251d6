"""What is added to a window besides panels: each `install(window)` brings actions, tools, layers, dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lungview.ui.annotate import feature as annotate
from lungview.ui.anonymise import feature as anonymise
from lungview.ui.batch import feature as batch
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
from lungview.ui.nodules import feature as nodules
from lungview.ui.pacs import feature as pacs
from lungview.ui.report import feature as report
from lungview.ui.second_reader import feature as second_reader
from lungview.ui.settings import feature as settings
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
    annotate.install,
    second_reader.install,
    nodules.install,
    picture_actions.install,
    report.install,
    anonymise.install,
    pacs.install,
    batch.install,
    settings.install,
    continuity.install,
)
