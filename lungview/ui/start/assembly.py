"""Puts a window together: views, docks, features, panels, toolbar, menus, and the layout of last time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QScrollArea,
    QSplitter,
    QStyle,
    QToolBar,
    QWidget,
)

from lungview import paths
from lungview.files import write_atomically
from lungview.ui.shell import shell_actions
from lungview.ui.shell.actions import MENUS, VIEW, WINDOW, Actions
from lungview.ui.shell.host import RIGHT, Panel
from lungview.ui.shell.tool_choice import ToolChoice
from lungview.ui.shell.views.view_grid import ViewGrid
from lungview.ui.shell.window_fields import WindowFields
from lungview.ui.start import tool_bar
from lungview.ui.start.features import FEATURES, PANELS

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow

LAYOUT_VERSION = 3  # of the places of docks: what was kept of others cannot be restored


def begin(window: MainWindow) -> Iterator[Callable[[], None]]:
    """Make the views; give back the steps that remain, to be taken one an event."""
    window.actions_table = Actions(window, window.session.settings.shortcuts)
    window.actions_table.use_theme(window.session.settings.theme)
    window.tools = ToolChoice(window.session, window.actions_table, window)
    window.grid = ViewGrid(window.session)
    window.setCentralWidget(window.grid)
    window.docks = {panel.id: _dock(window, panel) for panel in PANELS}
    for name in MENUS:
        window.menu(name)
    return _steps(window)


def _steps(window: MainWindow) -> Iterator[Callable[[], None]]:
    for install in (shell_actions.install, *FEATURES):
        yield partial(install, window)
    for panel in PANELS:
        yield partial(_fill, window, panel)
    yield partial(_fill_toolbar, window)
    yield partial(_fill_menus, window)
    yield partial(_restore_layout, window)


def _dock(window: MainWindow, panel: Panel) -> QDockWidget:
    dock = QDockWidget(window)
    dock.setObjectName(panel.id)
    window.addDockWidget(panel.area, dock)
    if panel.beside:
        window.tabifyDockWidget(window.docks[panel.beside], dock)
    dock.setVisible(panel.shown)
    dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
    dock.visibilityChanged.connect(partial(_focus_picture, window, dock))
    window.docks[panel.id] = dock
    return dock


def _focus_picture(window: MainWindow, dock: QDockWidget, visible: bool) -> None:
    """Closing a panel gives the keys back to the picture; else the next field in the row would have them."""
    if not visible and dock.isHidden() and window.isVisible():
        window.session.viewport.setFocus()


def _fill(window: MainWindow, panel: Panel) -> None:
    widget = panel.make(window)
    title = QCoreApplication.translate(type(widget).__name__, widget.TITLE)  # type: ignore[attr-defined]
    window.docks[panel.id].setWindowTitle(title)
    # Lines that wrap need more height where the dock is narrow, which docks do not reckon with.
    scrolls = panel.area is RIGHT or widget.hasHeightForWidth()
    window.docks[panel.id].setWidget(_scrolling(widget) if scrolls else widget)
    window.panels[panel.id] = widget


def _scrolling(panel: QWidget) -> QScrollArea:
    """The panel as high as it likes to be: two of them in a column never make the window higher."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    bar = area.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    area.setMinimumWidth(panel.minimumSizeHint().width() + bar)
    return area


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


def _restore_layout(window: MainWindow) -> None:
    """Size, docks and splitters as they were; whatever cannot be restored stays as it is."""
    for panel in reversed(PANELS):
        if panel.shown:
            window.docks[panel.id].raise_()  # of tabs the first is in front
    stacked = [window.docks[name] for name in ("prediction", "heat_map")]
    window.resizeDocks(stacked, [3, 2], Qt.Orientation.Vertical)
    if window.safe:
        return
    window.closing.connect(partial(_keep_layout, window))
    try:
        size, docks, *splitters = (paths.config() / "layout.bin").read_bytes().split(b"\n")
    except (OSError, ValueError):
        return
    window.restoreGeometry(QByteArray.fromHex(size))
    window.restoreState(QByteArray.fromHex(docks), LAYOUT_VERSION)
    for splitter, kept in zip(_splitters(window), splitters, strict=False):
        splitter.restoreState(QByteArray.fromHex(kept))


def _splitters(window: MainWindow) -> list[QSplitter]:
    """Those with a name: it says that their position is kept."""
    named = [each for each in window.findChildren(QSplitter) if each.objectName()]
    return sorted(named, key=lambda each: each.objectName())


def _keep_layout(window: MainWindow) -> None:
    if window.isFullScreen():
        return
    parts = [window.saveGeometry(), window.saveState(LAYOUT_VERSION)]
    parts += [each.saveState() for each in _splitters(window)]
    try:
        lines = b"\n".join(bytes(part.toHex().data()) for part in parts)
        write_atomically(paths.config() / "layout.bin", lines)
    except OSError:
        return
