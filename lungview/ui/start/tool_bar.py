"""The tool bar: a button for each tool in daily use, and beside some an arrow to those of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

if TYPE_CHECKING:
    from lungview.ui.shell.actions import Actions

GROUPS = (
    ("file.open", "file.open_folder", "file.report"),
    ("tool.window", "tool.region", "tool.pan", "tool.zoom", "view.loupe", "tool.select"),
    ("tool.probe", "tool.ruler", "tool.angle", "tool.ellipse"),
    ("tool.rectangle", "tool.polygon", "tool.arrow", "tool.key_image"),
    ("view.fit", "view.actual", "view.rotate_left", "view.rotate_right"),
    ("view.flip_horizontal", "view.flip_vertical", "window.invert", "view.reset"),
    ("view.layout", "view.link"),
    ("analyse.run", "view.heat_map", "tool.nodule_box"),
    ("findings.look", "tool.nodule"),
    ("edit.undo", "edit.redo", "view.patient", "slice.cine"),
)
KINDS = {
    "tool.pan": ("tool.scroll",),
    "tool.ruler": ("tool.bidirectional", "tool.polyline", "tool.profile"),
    "tool.angle": ("tool.cobb",),
    "tool.polygon": ("tool.contour",),
    "tool.nodule": ("tool.outline_brush",),
}
"""A button to the tools of its kind: they are in its menu, and the one chosen last is on the button."""


def fill(bar: QToolBar, actions: Actions, fields: Sequence[QWidget]) -> None:
    """Buttons of all groups, the tools of one kind behind one button, then the fields of panels."""
    bar.setIconSize(QSize(20, 20))  # the size icons are drawn in; all tools then fit a window as it opens
    for group in GROUPS:
        bar.addActions([actions[name] for name in group if name in actions])
        bar.addSeparator()
    for action in bar.actions():
        button = bar.widgetForAction(action)
        if not isinstance(button, QToolButton):
            continue
        kin = [actions[name] for name in KINDS.get(action.objectName(), ()) if name in actions]
        if kin:
            _share(button, [action, *kin])
        if button.menu() is not None:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    for field in fields:
        bar.addWidget(field)
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if more is not None:
        more.setAccessibleName(QCoreApplication.translate("MainWindow", "More tools"))


def _share(button: QToolButton, tools: Sequence[QAction]) -> None:
    """Give several tools one button: all in its menu, the one chosen by whatever way on its face."""
    menu = QMenu(button)
    menu.addActions(tools)
    button.setMenu(menu)
    for tool in tools:
        tool.toggled.connect(partial(_show, button, tool))


def _show(button: QToolButton, tool: QAction, chosen: bool) -> None:
    if chosen:
        button.setDefaultAction(tool)
