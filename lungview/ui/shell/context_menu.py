"""The context menu of a view: window presets, what is often wanted, and what features add to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.actions import WINDOW
from lungview.ui.shell.host import Host

CONTEXT_ACTIONS = (
    ("view.fit", "view.actual", "view.reset"),
    ("window.invert", "view.flip_horizontal", "view.flip_vertical", "view.rotate_left", "view.rotate_right"),
    ("edit.copy", "file.export", "file.tags"),
)


class ContextMenu(QObject):
    """One for all views; `Session.menu_opening` lets features add to it. A double click fills the screen."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._actions = host, host.actions_table
        host.each_view(self._on_viewport)

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.double_clicked.connect(self._actions["view.full_screen"].trigger)
        viewport.menu_wanted.connect(partial(self._on_menu, viewport))

    def _on_menu(self, viewport: Viewport, inside: QPointF, where: QPoint) -> None:
        menu = QMenu(self._host.widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        presets = menu.addMenu(self.tr("Window"))
        self._actions.fill(presets, WINDOW)
        for group in CONTEXT_ACTIONS:
            menu.addSeparator()
            menu.addActions([self._actions[name] for name in group if name in self._actions])
        self._host.session.menu_opening.emit(viewport, menu, inside)
        menu.popup(where)
