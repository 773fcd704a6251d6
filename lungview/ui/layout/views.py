"""Layouts, full screen and the context menu of the views."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QToolBar, QWidget

from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.actions import WINDOW

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow

CONTEXT_ACTIONS = (
    ("view.fit", "view.actual", "view.reset"),
    ("window.invert", "view.flip_horizontal", "view.flip_vertical", "view.rotate_left", "view.rotate_right"),
    ("edit.copy", "file.export", "file.tags"),
)


def install(window: MainWindow) -> None:
    Views(window)


class Views(QObject):
    """Slots of what concerns the views as a whole."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._actions = window, window.actions_table
        self._hidden: list[QWidget] = []
        self._actions.handle("view.full_screen", self._full_screen)
        window.session.viewport_added.connect(self._on_viewport)
        for viewport in window.session.viewports:
            self._on_viewport(viewport)

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.double_clicked.connect(self._actions["view.full_screen"].trigger)
        viewport.menu_wanted.connect(partial(self._on_menu, viewport))

    def _full_screen(self, on: bool) -> None:
        """The picture and the banner alone; what was open comes back after."""
        if on:
            around = [*self._window.findChildren(QDockWidget), *self._window.findChildren(QToolBar)]
            self._hidden = [widget for widget in (*around, self._window.menuBar()) if widget.isVisible()]
        for widget in self._hidden:
            widget.setVisible(not on)
        state = self._window.windowState()
        flag = Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | flag if on else state & ~flag)
        self._window.session.viewport.setFocus()

    def _on_menu(self, viewport: Viewport, inside: QPointF, where: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        presets = menu.addMenu(self.tr("Window"))
        self._actions.fill(presets, WINDOW)
        for group in CONTEXT_ACTIONS:
            menu.addSeparator()
            menu.addActions([self._actions[name] for name in group if name in self._actions])
        self._window.session.menu_opening.emit(viewport, menu, inside)
        menu.popup(where)
