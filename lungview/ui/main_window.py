"""The window: views in the middle, panels around them, and what a person drops on it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QSpinBox,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from lungview.ui.actions import CONTEXT, MENUS, WINDOW, Actions
from lungview.ui.panels import PANELS, Panel
from lungview.ui.session import Session
from lungview.ui.view_grid import ViewGrid
from lungview.ui.window_fields import WindowFields

TOOLBAR = (
    ("file.open", "file.open_folder"),
    ("tool.window", "tool.region", "tool.pan", "tool.zoom", "tool.select"),
    (
        "tool.probe",
        "tool.ruler",
        "tool.angle",
        "tool.ellipse",
        "tool.rectangle",
        "tool.polygon",
        "tool.arrow",
    ),
    ("view.fit", "view.actual", "view.rotate_left", "view.rotate_right"),
    ("view.flip_horizontal", "view.flip_vertical", "window.invert", "view.reset"),
    ("edit.undo", "edit.redo", "slice.cine", "view.heat_map", "view.patient"),
)


class MainWindow(QMainWindow):
    """Made of parts that know the session; panels and dialogs come after the first paint."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self.setWindowTitle("LungView")
        self.setObjectName("main")
        self.setAcceptDrops(True)
        self.resize(1280, 860)
        self.setDockNestingEnabled(True)
        self.actions_table = Actions(self, session.settings.shortcuts)
        self.menus = {name: QMenu(QCoreApplication.translate(CONTEXT, name), self) for name in MENUS}
        self.panels: dict[str, QWidget] = {}
        self.rate: QSpinBox | None = None
        self.finished = False
        self.docks = {panel.id: self._dock(panel) for panel in PANELS}
        self._build()
        QTimer.singleShot(0, self._finish)

    def _build(self) -> None:
        self.grid = ViewGrid(self.session)
        self.banner = QLabel(self.tr("Research use only. Not a medical device."))
        self.banner.setObjectName("banner")
        self.banner.setProperty("role", "warning")
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        self.setCentralWidget(middle)
        self.value = QLabel()
        self.value.setAccessibleName(self.tr("Value under the cursor"))
        bar = self.statusBar()
        bar.addPermanentWidget(self.value)
        bar.addPermanentWidget(self.banner)
        self.session.told.connect(bar.showMessage)
        self.session.value_pointed.connect(self.value.setText)

    def _finish(self) -> None:
        """What need not be there for the first paint."""
        from lungview.ui.features import FEATURES

        for install in FEATURES:
            install(self)
        for panel in PANELS:
            self._fill(panel)
        self._fill_toolbar()
        self._fill_menus()
        self.finished = True

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(self)
        dock.setObjectName(panel.id)
        self.addDockWidget(panel.area, dock)
        dock.setVisible(panel.shown)
        return dock

    def _fill(self, panel: Panel) -> None:
        widget = panel.make(self.session)
        title = QCoreApplication.translate(type(widget).__name__, widget.TITLE)  # type: ignore[attr-defined]
        self.docks[panel.id].setWindowTitle(title)
        self.docks[panel.id].setWidget(widget)
        self.panels[panel.id] = widget

    def _fill_menus(self) -> None:
        for name in MENUS:
            menu = self.menus[name]
            self.actions_table.fill(menu, name)
            if not menu.isEmpty():
                self.menuBar().addMenu(menu)

    def _fill_toolbar(self) -> None:
        bar = QToolBar(self.tr("Tools"), self)
        bar.setObjectName("tools")
        for group in TOOLBAR:
            bar.addActions([self.actions_table[name] for name in group if name in self.actions_table])
            bar.addSeparator()
        if self.rate is not None:
            bar.addWidget(self.rate)
        self.addToolBar(bar)
        self.fields = WindowFields(self.session, self.menus[WINDOW], self)
        bar.addWidget(self.fields)
        self.actions_table.handle("window.enter", self.fields.begin)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Returns at once: the file manager waits for it. Reading begins after."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            QTimer.singleShot(0, self, lambda: self.session.open(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.session.close()
        event.accept()
