"""The actions of the shell: opening, cancelling, quitting, and the mouse tools that need no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QDockWidget, QFileDialog, QPushButton, QToolBar, QWidget

from lungview import paths
from lungview.ui.pane.tools.pan import PanTool
from lungview.ui.pane.tools.region import RegionTool
from lungview.ui.pane.tools.window import WindowTool
from lungview.ui.pane.tools.zoom import ZoomTool
from lungview.ui.shell.context_menu import ContextMenu

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow


def install(window: MainWindow) -> None:
    ShellActions(window)
    ContextMenu(window)
    window.setWindowIcon(QIcon(str(paths.resources() / "icons" / "lungview.png")))
    for tool in (WindowTool, RegionTool, PanTool, ZoomTool):
        window.tools.add(tool)


class ShellActions(QObject):
    """Slots of the shell actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, actions = window, window.session, window.actions_table
        actions.handle("file.open", self._open_files)
        actions.handle("file.open_folder", self._open_folder)
        actions.handle("file.open_instead", self._open_instead)
        actions.handle("file.sample", lambda: self._session.open([paths.resources() / "sample"]))
        actions.handle("file.quit", window.close)
        actions.handle("edit.cancel", self._cancel)
        actions.handle("view.full_screen", self._full_screen)
        self._hidden: list[QWidget] = []
        self._in_front: list[QDockWidget] = []  # of panels that lie behind one another
        self._invite()

    def _invite(self) -> None:
        """Buttons in the empty view, for who would rather choose than drop."""
        for name in ("file.open", "file.open_folder", "file.sample"):
            self._window.grid.frames[0].placeholder.add_button(_Offer(self._window.actions_table[name]))

    def _open_files(self) -> None:
        kinds = self.tr("Images (*.dcm *.dicom *.ima *.zip *.png *.jpg *.jpeg *.tif *.tiff *.bmp DICOMDIR)")
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open files"), "", ";;".join((self.tr("All files (*)"), kinds))
        )
        if chosen:
            self._session.open(chosen)

    def _open_instead(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open folder instead of what is open")
        )
        if chosen:
            self._session.open([chosen], add=False)

    def _open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open folder"))
        if chosen:
            self._session.open([chosen])

    def _full_screen(self, on: bool) -> None:
        """The picture and the banner alone; what was open comes back after."""
        window, docks = self._window, self._window.docks.values()
        if on:
            around = [*docks, *window.findChildren(QToolBar), window.menuBar()]
            self._hidden = [widget for widget in around if widget.isVisible()]
            self._in_front = [dock for dock in docks if not dock.visibleRegion().isEmpty()]
        for widget in self._hidden:
            widget.setVisible(not on)
        for dock in () if on else self._in_front:
            dock.raise_()
        state = window.windowState()
        flag = Qt.WindowState.WindowFullScreen
        window.setWindowState(state | flag if on else state & ~flag)
        self._session.viewport.setFocus()

    def _cancel(self) -> None:
        """Esc: the gesture under way, else full screen."""
        busy = self._session.viewport.mouse.busy
        self._session.viewport.mouse.cancel()
        if not busy and self._window.isFullScreen():
            self._window.actions_table["view.full_screen"].trigger()


class _Offer(QPushButton):
    """A button that does what an action does, with its icon."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.text())
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)  # icons are drawn later, and again in another theme

    def _follow(self) -> None:
        self.setIcon(self._action.icon())
