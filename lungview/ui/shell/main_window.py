"""The window: up at once, then equipped with views, panels and actions.

Imports nothing but Qt: NumPy, OpenCV and the readers are loaded while the window is already on screen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QWidget

from lungview.ui.shell import screens
from lungview.ui.shell.docks.panels import Panels
from lungview.ui.shell.drop_zones import DropZones, Zone, may_be_batch
from lungview.ui.shell.message_bar import MessageBar

if TYPE_CHECKING:
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.actions import Actions
    from lungview.ui.shell.tool_choice import ToolChoice
    from lungview.ui.shell.views.view_grid import ViewGrid
    from lungview.ui.shell.window_fields import WindowFields
    from lungview.ui.studies.session import Session
    from lungview.viewer.workspace import Workspace


Assemble = Callable[["MainWindow"], Iterator[Callable[[], None]]]
P = TypeVar("P", bound=QWidget)
TURN = 0.01  # seconds of equipment between two turns of the event loop
HEAD_START = 150  # ms at most that the first picture has before the rest of the equipment


class MainWindow(QMainWindow):
    """A frame with the research-use banner; `equip` gives it a session and all that works on it.

    assemble: makes the views, and gives back the steps that bring all else. With a session the window is
    equipped at once. finished: whether every panel and action is there. To a feature it is a `Host`.
    """

    painted = Signal()  # once, after the first paint
    equipped = Signal()  # everything is there
    closing = Signal()  # before the session ends
    batch_dropped = Signal(object)  # list[str]: to be classified, not opened

    session: Session
    actions_table: Actions
    tools: ToolChoice
    grid: ViewGrid
    fields: WindowFields

    def __init__(self, assemble: Assemble, session: Session | None = None) -> None:
        super().__init__()
        self._assemble = assemble
        self.setWindowTitle("LungView")
        self.setObjectName("main")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        screens.resize_within(self, 1280, 860)
        self.finished = False
        self.safe = False  # whether settings and layout are the defaults, and not kept
        self.menus: dict[str, QMenu] = {}
        self.panels = Panels(self)
        self.docks = self.panels.docks
        self.tool_fields: list[QWidget] = []
        self._painted, self._ready, self._listening, self._gives_way = False, False, False, False
        self._waiting: list[str | Path] = []
        self.batch_refusal: Callable[[], str] = lambda: ""
        self._furnish()
        self.drop_zones = DropZones(self)
        if session is not None:
            self.equip(session)

    def _furnish(self) -> None:
        self.banner = QLabel(self.tr("Research use only. Not a medical device."))
        self.banner.setObjectName("banner")
        self.banner.setProperty("role", "warning")
        self.value = QLabel()
        self.value.setAccessibleName(self.tr("Value under the cursor"))
        bar = self.statusBar()
        bar.addPermanentWidget(self.value)
        bar.addPermanentWidget(self.banner)
        middle = QWidget()
        middle.setPalette(QPalette(QColor("black")))
        middle.setAutoFillBackground(True)
        self.setCentralWidget(middle)

    def equip(self, session: Session) -> None:
        """Give the window its views now, and panels and actions one by one after."""
        self.session = session
        session.setParent(self)
        session.told.connect(self._tell)
        session.value_pointed.connect(self.value.setText)
        self._steps = self._assemble(self)
        self._ready = True
        QTimer.singleShot(0, self, self._step)

    def listen(self) -> None:
        """All features are there: what was to be opened is, and none of them misses what is found in it."""
        self._listening = True
        if self._waiting:
            self.session.cache.hold_up(True)
            self.equipped.connect(lambda: self.session.cache.hold_up(False))
            self.session.open(self._waiting)
            self._gives_way = True
            self.session.slice_shown.connect(self._on_first_picture)
            QTimer.singleShot(HEAD_START, self, self._go_on)

    def _on_first_picture(self) -> None:
        self.session.slice_shown.disconnect(self._on_first_picture)
        QTimer.singleShot(1, self, self._go_on)  # when it is painted, which no clock comes before

    def _go_on(self) -> None:
        """The first picture is there, or takes long: equip what remains."""
        if self._gives_way:
            self._gives_way = False
            self._step()

    def open(self, paths: Sequence[str | Path]) -> None:
        """Open paths, as soon as all features are there; what was asked for before is opened with them."""
        if self._listening:
            self.session.open(paths)
        else:
            self._waiting += paths

    def _tell(self, sentence: str) -> None:
        """A sentence in the status bar, in the reader's language."""
        from lungview.ui.language import speaking  # the window comes up without

        self.statusBar().showMessage(speaking.said(sentence))

    def _step(self) -> None:
        """Some pieces of the equipment, then back to the event loop, which lays them out: nothing stalls."""
        until = time.monotonic() + TURN
        for step in self._steps:
            step()
            if self._gives_way:
                return
            if time.monotonic() > until:
                QTimer.singleShot(0, self, self._step)
                return
        self.finished = True
        self.equipped.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file is simply opened; what may be many pictures shows where to let go for what."""
        if not event.mimeData().hasUrls():
            return
        event.acceptProposedAction()
        paths = _local_files(event)
        if self.finished and may_be_batch(paths):
            self.drop_zones.begin(self.grid, len(paths), self.batch_refusal())
            self.drop_zones.point(event.position())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()
        self.drop_zones.point(event.position())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_zones.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Returns at once: the file manager waits for it. Reading begins after."""
        paths, zone = _local_files(event), self.drop_zones.zone_at(event.position())
        self.drop_zones.hide()
        event.acceptProposedAction()
        if paths and zone is Zone.BATCH:
            QTimer.singleShot(0, self, lambda: self.batch_dropped.emit(paths))
        elif paths:
            QTimer.singleShot(0, self, lambda: self.open(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        if self._ready:
            self.session.close()
        event.accept()

    # what a feature may touch: `Host`

    @property
    def workspace(self) -> Workspace:
        return self.session.workspace

    @property
    def widget(self) -> QMainWindow:
        return self

    def each_view(self, equip: Callable[[Viewport], object]) -> None:
        self.session.each_viewport(equip)

    def panel(self, kind: type[P]) -> P | None:
        return self.panels.of_class(kind)

    def with_panel(self, kind: type[P], call: Callable[[P], object]) -> None:
        self.panels.each(lambda panel: call(panel) if isinstance(panel, kind) else None)

    def to_front(self, panel_id: str, *, opened: bool = True, height: int = 0) -> None:
        self.panels.to_front(panel_id, opened=opened, height=height)

    def status(self, *widgets: QWidget) -> None:
        for at, widget in enumerate(widgets):
            self.statusBar().insertPermanentWidget(at, widget)

    def beside_tools(self, widget: QWidget) -> None:
        self.tool_fields.append(widget)

    def ask(self, text: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> MessageBar:
        return MessageBar(self, text, answers)

    def take_drops(self, start: Callable[[list[str]], None], refusal: Callable[[], str]) -> None:
        self.batch_dropped.connect(start)
        self.batch_refusal = refusal

    def when_equipped(self, call: Callable[[], None]) -> None:
        if self.finished:
            call()
        else:
            self.equipped.connect(call)

    def when_closing(self, call: Callable[[], object]) -> None:
        self.closing.connect(call)

    def menu(self, name: str) -> QMenu:
        """The menu of that name of the table of actions."""
        if name not in self.menus:
            self.menus[name] = QMenu(QCoreApplication.translate("Actions", name), self)
        return self.menus[name]


def _local_files(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
