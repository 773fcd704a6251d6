"""Linked views: what is done in the active one is done in all that can follow it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.session import Session
from lungview.ui.studies.stack import Stack
from lungview.viewer.links import Follow, View, follow, target
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.main_window import MainWindow


def install(window: MainWindow) -> None:
    Link(window.session, window)
    window.actions_table.handle("view.link", window.session.link)


class Link(QObject):
    """Follows the active view with the others while `session.linked`; how is said in `viewer.links`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._views: dict[Viewport, View] = {}
        session.linked_changed.connect(self._on_linked)
        session.active_changed.connect(lambda _: self._remember())
        session.series_shown.connect(lambda _: self._remember())
        session.index_wanted.connect(self._on_index)
        session.view_changed.connect(self._on_view)

    def _on_linked(self, on: bool) -> None:
        self._remember()
        if on:
            state = self._session.viewport.state
            self._on_view(ViewState(), state)
            self._on_index(state.index)

    def _remember(self) -> None:
        """What each view shows now, from where it keeps its distance; a word on those that cannot follow."""
        self._views = {each: _view(self._session.stack_of(each)) for each in self._session.viewports}
        active = self._views[self._session.viewport]
        for viewport, view in self._views.items():
            left = viewport in self._others() and bool(view.count) and bool(active.count)
            apart = left and follow(view, active) is Follow.NOT
            viewport.set_apart(self.tr("Not linked: another plane") if apart else "")

    def _others(self) -> list[Viewport]:
        if not self._session.linked:
            return []
        return [viewport for viewport in self._session.viewports if viewport is not self._session.viewport]

    def _on_index(self, _: int) -> None:
        here = _view(self._session.stack)
        then = self._views.get(self._session.viewport, here)
        for viewport in self._others():
            stack = self._session.stack_of(viewport)
            at = target(self._views.get(viewport, _view(stack)), here, then)
            if at is not None and at != stack.index:
                stack.go(at)

    def _on_view(self, before: ViewState, after: ViewState) -> None:
        for viewport in self._others():
            if after.presentation != before.presentation:
                viewport.change(lambda s: replace(s, presentation=after.presentation))
            if after.camera != before.camera and _same_size(viewport.state, after):
                viewport.change(lambda s: s.seen_by(after.camera))


def _view(stack: Stack) -> View:
    return View(stack.content, stack.index)


def _same_size(one: ViewState, other: ViewState) -> bool:
    if one.slice is None or other.slice is None:
        return False
    return (one.slice.rows, one.slice.columns) == (other.slice.rows, other.slice.columns)
