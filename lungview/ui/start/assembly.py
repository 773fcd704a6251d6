"""Puts a window together: views, docks, features, panels, toolbar, menus, and the layout of last time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QToolBar,
)

from lungview.ui.shell import shell_actions
from lungview.ui.shell.actions import MENUS, VIEW, WINDOW, Actions
from lungview.ui.shell.tool_choice import ToolChoice
from lungview.ui.shell.views.view_grid import ViewGrid
from lungview.ui.shell.window_fields import WindowFields
from lungview.ui.start import tool_bar
from lungview.ui.start.features import FEATURES, PANELS
from lungview.ui.start.kept_layout import KeptLayout

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow


def begin(window: MainWindow) -> Iterator[Callable[[], None]]:
    """Make the views; give back the steps that remain, to be taken one an event."""
    window.actions_table = Actions(window, window.session.settings.shortcuts)
    window.actions_table.icons.use(window.session.settings.theme)
    window.tools = ToolChoice(window.session, window.actions_table, window)
    window.grid = ViewGrid(window.session)
    window.setCentralWidget(window.grid)
    for panel in PANELS:
        window.panels.add(panel)
    for name in MENUS:
        window.menu(name)
    return _steps(window)


def _steps(window: MainWindow) -> Iterator[Callable[[], None]]:
    for install in (shell_actions.install, *FEATURES):
        yield partial(install, window)
    yield window.listen
    yield from window.actions_table.icons.draw()
    yield partial(_fill_toolbar, window)
    yield partial(_fill_menus, window)
    yield lambda: KeptLayout(window).begin()
    yield from window.panels.begin()


def _fill_toolbar(window: MainWindow) -> None:
    bar = QToolBar(QCoreApplication.translate("MainWindow", "Tools"), window)
    bar.setObjectName("tools")
    tool_bar.fill(bar, window.actions_table, window.tool_fields)
    window.addToolBar(bar)
    window.fields = WindowFields(window.session, window.menus[WINDOW], window)
    if window.menuBar().isNativeMenuBar():  # macOS: at the top of the screen, with no room for fields
        bar.addWidget(window.fields)
    else:
        window.menuBar().setCornerWidget(window.fields)
    window.actions_table.handle("window.enter", window.fields.begin)


def _fill_menus(window: MainWindow) -> None:
    for name in MENUS:
        menu = window.menus[name]
        window.actions_table.fill(menu, name)
        if name == VIEW:
            panels = menu.addMenu(QCoreApplication.translate("MainWindow", "Panels"))
            panels.addActions([dock.toggleViewAction() for dock in window.docks.values()])
        if not menu.isEmpty():
            window.menuBar().addMenu(menu)
