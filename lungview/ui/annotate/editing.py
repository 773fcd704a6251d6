"""Drawing, undo and key images in a window: connects tools, annotations and history to its actions."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lungview.errors import AnnotationError
from lungview.marks.store import AnnotationStore
from lungview.study.key import PictureId, SeriesId, series_id
from lungview.ui.annotate.annotation_layer import AnnotationLayer
from lungview.ui.annotate.tools.draw import DrawTool
from lungview.ui.annotate.tools.drawn import DRAW_TOOLS
from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.annotate.traces import MarkTraces
from lungview.ui.language import speaking
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.history import Change
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.shell.host import Host
    from lungview.ui.studies.session import Session

_PAUSE = 0.8  # seconds between turns of the wheel that are undone one by one


def _opened_store(session: Session) -> AnnotationStore | None:
    try:
        return AnnotationStore()
    except AnnotationError as error:
        said = QCoreApplication.translate("Editing", "Annotations will not be kept: %1")
        session.told.emit(said.replace("%1", str(error)))
        return None


def _looking_like(other: ViewState, state: ViewState) -> ViewState:
    return replace(state, presentation=other.presentation, camera=other.camera)


class Editing(QObject):
    """One history and one set of annotations for all views of a window."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._session, self._actions = host.session, host.actions_table
        store = _opened_store(self._session)
        self.history = self._session.workspace.history
        self.annotations = self._session.workspace.annotations
        if store is not None:
            self.annotations.keep_in(store)
        self._selections: dict[Viewport, SelectTool] = {}
        self._traces = MarkTraces(self._session)
        self._zoomed: tuple[tuple[Viewport | None, float], float] = ((None, 0.0), 0.0)
        self._shown: dict[Viewport, SeriesId] = {}
        self._following = False
        self._handle_actions()
        for tool in DRAW_TOOLS:
            host.tools.add(tool, partial(tool, annotations=self.annotations))
        host.tools.add(SelectTool, self.selection)
        host.each_view(self._on_viewport)
        self._session.undoable.connect(self._on_undoable)
        self._session.view_changed.connect(lambda *_: self._reflect())
        self._session.active_changed.connect(lambda _: self._reflect())
        self._session.series_shown.connect(self._on_series)
        self._session.menu_opening.connect(self._on_menu)
        self.history.changed.connect(self._reflect)
        self.annotations.changed.connect(self._on_annotations)
        self.annotations.failed.connect(self._session.told.emit)
        self.annotations.unplaced.connect(self._on_unplaced)
        self.annotations.recognised.connect(self._on_recognised)
        if store is not None:
            host.when_closing(store.close)
        self._reflect()

    def selection(self, viewport: Viewport) -> SelectTool:
        """The viewport's selection: one, whether as the chosen tool or not."""
        if viewport not in self._selections:
            self._selections[viewport] = SelectTool(viewport, self.annotations)
        return self._selections[viewport]

    @property
    def picture(self) -> PictureId | None:
        """The picture in the active view, to draw on it."""
        shown = self._session.viewport.state.slice
        return None if shown is None else self.annotations.picture(shown)

    def _handle_actions(self) -> None:
        handle = self._actions.handle
        handle("edit.undo", partial(self._follow, self.history.undo))
        handle("edit.redo", partial(self._follow, self.history.redo))
        handle("slice.next_marked", partial(self._go_to_marked, 1))
        handle("slice.previous_marked", partial(self._go_to_marked, -1))
        handle("edit.delete", self._delete)
        handle("edit.delete_all", self._delete_all)
        handle("tool.key_image", self._mark_key_image)

    def _on_viewport(self, viewport: Viewport) -> None:
        selection = self.selection(viewport)
        layer = AnnotationLayer(self.annotations, lambda: selection.selected, self._traces)
        selection.layer = layer
        viewport.mouse.grabbers.append(selection)
        viewport.layers.append(layer)
        self._traces.follow(viewport)
        viewport.changed.connect(partial(self._on_view_changed, viewport))
        self._session.stack_of(viewport).opened.connect(lambda _: self._mark(viewport))
        self._mark(viewport)

    def _on_view_changed(self, viewport: Viewport, before: ViewState, after: ViewState) -> None:
        """What is half drawn on one slice must not end on another."""
        if before.slice is not after.slice:
            self.selection(viewport).let_go()
            if isinstance(viewport.mouse.tool, DrawTool):
                viewport.mouse.tool.cancel()

    def _on_undoable(self, viewport: Viewport, text: str, before: ViewState, after: ViewState) -> None:
        """Window and camera of a view; what is shown over the picture, the patient too, stays as it is.

        The picture itself is not kept: a thousand of them would stay in memory.
        """
        old, new = (replace(each, slice=None) for each in (before, after))
        change = Change(
            text,
            lambda: viewport.change(partial(_looking_like, old)),
            lambda: viewport.change(partial(_looking_like, new)),
            self._zoom_gesture(viewport, before, after),
            viewport,
        )
        self.history.add(change)

    def _zoom_gesture(self, viewport: Viewport, before: ViewState, after: ViewState) -> Hashable:
        """One gesture for the quick turns of a wheel; None for everything else."""
        plain = replace(before, camera=replace(before.camera, zoom=None, center=None))
        if replace(after, camera=replace(after.camera, zoom=None, center=None)) != plain:
            return None
        now, (last, then) = time.monotonic(), self._zoomed
        if last[0] is not viewport or now - then > _PAUSE:
            last = (viewport, now)
        self._zoomed = (last, now)
        return last

    def _on_series(self, series: Series) -> None:
        """Another series: the windows and cameras of the last one are not its own."""
        viewport = self._session.viewport
        here = series_id(series)
        if self._shown.get(viewport, here) != here:
            self.history.forget(viewport)
        self._shown[viewport] = here

    def _on_annotations(self, place: PictureId) -> None:
        for viewport in self._session.viewports:
            viewport.update()
            self._mark(viewport)
        if self._following and place != self.picture:
            self._go_to(place)
        self._reflect()

    def _on_recognised(self) -> None:
        for viewport in self._session.viewports:
            self._mark(viewport)

    def _on_unplaced(self, count: int) -> None:
        said = self.tr("Kept but not shown: %1 marks of an earlier version that fit several pictures")
        self._session.told.emit(said.replace("%1", str(count)))

    def _follow(self, step: Callable[[], None]) -> None:
        """Undo or redo, and go where it happened: a change nobody sees is no undo."""
        self._following = True
        try:
            step()
        finally:
            self._following = False

    def _go_to(self, place: PictureId) -> None:
        """In the active view's series, else in whichever of those that are open has the picture."""
        stack = self._session.stack
        at = None if stack.series is None else self.annotations.index_in(stack.series, place)
        if at is not None:
            stack.go(at)
            return
        for series in self._session.series:
            at = self.annotations.index_in(series, place)
            if at is not None:
                self._session.show(series, at)
                return

    def _marked(self, viewport: Viewport) -> tuple[int, ...]:
        """The slices of a viewport's series with annotations or chosen as key images."""
        stack = self._session.stack_of(viewport)
        return () if stack.series is None else self.annotations.marked(stack.series)

    def _mark(self, viewport: Viewport) -> None:
        self._session.marked.emit(viewport, self._marked(viewport))

    def _go_to_marked(self, direction: int) -> None:
        """The nearest marked slice in a direction, if there is one."""
        here, marked = self._session.stack.index, self._marked(self._session.viewport)
        ahead = [index for index in marked if (index - here) * direction > 0]
        if ahead:
            self._session.stack.go(min(ahead) if direction > 0 else max(ahead))

    def _on_menu(self, viewport: Viewport, menu: QMenu, position: QPointF) -> None:
        """What can be done to the annotation under the mouse comes first."""
        selection = self.selection(viewport)
        if selection.select_at(position):
            first = menu.actions()[0]
            edit = QAction(self.tr("Edit text…"), menu)
            edit.triggered.connect(lambda: selection.edit_selected())
            menu.insertActions(first, [edit, self._actions["edit.delete"]])
            menu.insertSeparator(first)

    def _delete(self) -> None:
        self.selection(self._session.viewport).delete_selected()

    def _delete_all(self) -> None:
        place = self.picture
        if place is not None:
            drawn = self.annotations.drawn(place)
            self.annotations.remove(place, drawn, self.tr("Delete all annotations"))

    def _mark_key_image(self, on: bool) -> None:
        place = self.picture
        if place is not None and not place.name.reformatted:
            self.annotations.mark_key_image(place, on, self.tr("Key image"))

    def _reflect(self) -> None:
        """Say in the menu what would be undone, and tick the key image."""
        texts = (
            ("edit.undo", self.history.undo_text, self.tr("Undo"), self.tr("Undo: %1")),
            ("edit.redo", self.history.redo_text, self.tr("Redo"), self.tr("Redo: %1")),
        )
        for name, text, bare, named in texts:
            self._actions[name].setEnabled(bool(text))
            self._actions[name].setText(named.replace("%1", speaking.said(text)) if text else bare)
        shown = self._session.viewport.state.slice
        self._actions["tool.key_image"].setEnabled(shown is not None and not shown.reformatted)
        self._actions["tool.key_image"].setChecked(shown is not None and self.annotations.is_key_image(shown))
