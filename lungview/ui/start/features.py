"""The features of a window: a room each, whose `install(host)` brings actions, tools, layers, dialogs.

In this order: layers lie as they were added, and rows of one menu stand so. Panels, too, those that are open
in a new window before the others: so of tabs the open ones are the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lungview.ui.annotate import feature as annotate
from lungview.ui.anonymise import feature as anonymise
from lungview.ui.batch import feature as batch
from lungview.ui.browser import feature as browser
from lungview.ui.film import feature as film
from lungview.ui.hanging import feature as hanging
from lungview.ui.help import feature as help_
from lungview.ui.layout import feature as layout
from lungview.ui.looking import feature as looking
from lungview.ui.marks_list import feature as marks_list
from lungview.ui.nodules import feature as nodules
from lungview.ui.outline_edit import feature as outline_edit
from lungview.ui.overlays import feature as overlays
from lungview.ui.pacs import feature as pacs
from lungview.ui.quantification import feature as quantification
from lungview.ui.report import feature as report
from lungview.ui.second_reader import feature as second_reader
from lungview.ui.settings import feature as settings
from lungview.ui.start import continuity
from lungview.ui.study_list import feature as study_list
from lungview.ui.work_up import feature as work_up

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host, Panel

FEATURES: tuple[Callable[[Host], None], ...] = (
    browser.install,
    layout.install,
    hanging.install,
    annotate.install,
    marks_list.install,
    looking.install,
    film.install,
    second_reader.install,
    nodules.install,
    outline_edit.install,
    quantification.install,
    overlays.install,
    report.install,
    anonymise.install,
    pacs.install,
    batch.install,
    settings.install,
    help_.install,
    continuity.install,
    study_list.install,
)

_BROUGHT: tuple[Panel, ...] = (
    *browser.PANELS,
    *pacs.PANELS,
    *marks_list.PANELS,
    *second_reader.PANELS,
    *nodules.PANELS,
    *work_up.PANELS,
    *overlays.PANELS,
    *batch.PANELS,
)
PANELS = tuple(sorted(_BROUGHT, key=lambda panel: not panel.shown))
