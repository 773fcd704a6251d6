"""The actions of the shell: opening, layouts, full screen, quitting, and the plain mouse tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog

from lungview import paths
from lungview.ui.tools.base import Tool
from lungview.ui.tools.pan import PanTool
from lungview.ui.tools.window import WindowTool
from lungview.ui.tools.zoom import ZoomTool
from lungview.ui.viewport import Viewport

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow


def install(window: MainWindow) -> None:
    ShellActions(window)


class ShellActions(QObject):
    """Slots of the shell actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, actions = window, window.session, window.actions_table
        actions.handle("file.open", self._open_files)
        actions.handle("file.open_folder", self._open_folder)
        actions.handle("file.sample", lambda: self._session.open([paths.resources() / "sample"]))
        actions.handle("file.stop", self._session.stop)
        actions.handle("file.quit", window.close)
        actions.handle("edit.cancel", self._cancel)
        actions.handle("view.full_screen", self._full_screen)
        for count in (1, 2, 4):
            actions.handle(f"view.layout_{count}", lambda count=count: window.grid.show_views(count))
        actions.handle("view.link", self._link)
        self._session.viewport_added.connect(self._on_viewport)
        for tool in (WindowTool, PanTool, ZoomTool):
            add_tool(window, tool)
        for viewport in self._session.viewports:
            self._on_viewport(viewport)

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.double_clicked.connect(self._window.actions_table["view.full_screen"].trigger)

    def _open_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Open files"))
        if chosen:
            self._session.open(chosen)

    def _open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open folder"))
        if chosen:
            self._session.open([chosen])

    def _cancel(self) -> None:
        """Esc: the gesture under way, else full screen."""
        busy = self._session.viewport.mouse.busy
        self._session.viewport.mouse.cancel()
        if not busy and self._window.isFullScreen():
            self._window.actions_table["view.full_screen"].trigger()

    def _full_screen(self, on: bool) -> None:
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def _link(self, on: bool) -> None:
        self._session.linked = on


def add_tool(window: MainWindow, tool: type[Tool]) -> None:
    """Let the action `tool.id` give the left button of every viewport this tool."""
    session, group = window.session, _tool_group(window)

    def choose(on: bool) -> None:
        if on:
            session.choose_tool(tool)

    action = window.actions_table.handle(tool.id, choose)
    group.addAction(action)
    action.setChecked(session.tool is tool)


def _tool_group(window: MainWindow) -> QActionGroup:
    """The tools of a window: exactly one is chosen."""
    found = window.findChild(QActionGroup, "tools")
    if isinstance(found, QActionGroup):
        return found
    group = QActionGroup(window)
    group.setObjectName("tools")
    return group
