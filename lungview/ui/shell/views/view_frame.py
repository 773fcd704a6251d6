"""A viewport with its slice slider and what stands in for a missing picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lungview.ui.pane import overlay_text
from lungview.ui.pane.placeholder import Placeholder
from lungview.ui.pane.slice_bar import SliceBar
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.views.pane_header import PaneHeader
from lungview.ui.studies.session import Session
from lungview.viewer.state import ViewState

SERIES_DRAGGED = "application/x-lungview-series"  # a series' key, dragged out of the list into a view
REFRESH_MS = 100  # how often the slider asks the cache


class ViewFrame(QFrame):
    """One view of the grid. The frame is lit when its viewport is the active one.

    links_chosen carries the viewport and the Linked that the reader chose above it.
    """

    links_chosen = Signal(object, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.viewport, self.bar, self.placeholder = Viewport(self), SliceBar(self), Placeholder()
        self.header = PaneHeader(self)
        self.header.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.setSpacing(0)
        column.addLayout(row, 1)
        row.addWidget(self.viewport, 1)
        row.addWidget(self.bar)
        QVBoxLayout(self.viewport).addWidget(self.placeholder)
        self.setAutoFillBackground(True)
        # Else the words in it go with the frame, which is lit where it is active.
        self.viewport.setBackgroundRole(QPalette.ColorRole.Window)
        self.bar.hide()
        self.setAcceptDrops(True)
        session.add_viewport(self.viewport)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._ask_cache)
        self._connect()
        self._light()
        self._invite()

    def _connect(self) -> None:
        self.viewport.changed.connect(self._on_changed)
        self._session.active_changed.connect(self._light)
        self._session.viewport_added.connect(self._light)
        self._session.marked.connect(self._on_marked)
        self._session.series_found.connect(lambda _: self._invite())
        self._session.relisted.connect(self._invite)
        self.header.links_wanted.connect(partial(self.links_chosen.emit, self.viewport))
        self._session.linked_changed.connect(lambda _: self._show_links())
        self._show_links()
        stack = self._session.stack_of(self.viewport)
        stack.filled.connect(self._on_filled)
        stack.moved.connect(self.bar.setValue)
        stack.waiting.connect(self._on_waiting)
        self.bar.valueChanged.connect(self._on_slid)

    def _on_filled(self) -> None:
        stack = self._session.stack_of(self.viewport)
        count = stack.count
        self._invite()
        blocked = self.bar.blockSignals(True)
        self.bar.setRange(0, max(0, count - 1))
        self.bar.blockSignals(blocked)
        self.bar.setVisible(count > 1)
        self._timer.start()

    def _show_links(self) -> None:
        self.header.show_links(self._session.links[self.viewport])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A series of the list; files go to the window."""
        if event.mimeData().hasFormat(SERIES_DRAGGED):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        key = bytes(event.mimeData().data(SERIES_DRAGGED).data()).decode()
        found = next((each for each in self._session.series if each.key == key), None)
        if found is not None:
            event.acceptProposedAction()
            self._session.show_beside(found, self.viewport)

    def _invite(self) -> None:
        """Where nothing is shown: say what can be."""
        if self._session.stack_of(self.viewport).content is not None or self.viewport.state.error is not None:
            return
        if self._session.series:
            self.placeholder.invite_series()
        else:
            self.placeholder.invite()

    def _on_slid(self, index: int) -> None:
        stack = self._session.stack_of(self.viewport)
        if index != stack.index:
            stack.go(index)

    def _on_waiting(self, waiting: bool) -> None:
        stack = self._session.stack_of(self.viewport)
        if waiting:
            text = self.tr("Reading slice %1 of %2…")
            text = text.replace("%1", str(stack.index + 1)).replace("%2", str(stack.count))
            self.viewport.set_notice(text)
            if self.viewport.state.slice is None and self.viewport.state.error is None:
                self.placeholder.wait(text)
        else:
            self.viewport.set_notice("")

    def _on_changed(self, before: ViewState, after: ViewState) -> None:
        if self.placeholder.isHidden() == (after.slice is None):
            self.placeholder.setVisible(after.slice is None)
        if QAccessible.isActive():  # a screen reader listens
            said = overlay_text.corners(after, self.viewport.zoom)
            self.viewport.setAccessibleDescription(". ".join((*said.marks, *said.image, *said.series)))
        if after.error is not None and after.error is not before.error:
            self.placeholder.complain(after.error)
        elif after.slice is None and after.error is None:
            self.placeholder.wait(self.tr("Reading…"))

    def _ask_cache(self) -> None:
        """Show what is in memory; stops asking once all of it is."""
        content = self._session.stack_of(self.viewport).content
        flags = () if content is None else content.ready()
        self.bar.set_cached(flags)
        if all(flags):
            self._timer.stop()

    def _on_marked(self, viewport: Viewport, slices: tuple[int, ...]) -> None:
        if viewport is self.viewport:
            self.bar.set_marked(slices)

    def _light(self) -> None:
        """Show which view is the active one, as soon as there is a choice."""
        lit = self._session.viewport is self.viewport and len(self._session.viewports) > 1
        self.setBackgroundRole(QPalette.ColorRole.Highlight if lit else QPalette.ColorRole.Window)
