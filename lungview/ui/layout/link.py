"""Linked views: what is done in the active one is done in all that share it and can follow."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.pane.viewport import Viewport
from lungview.viewer.links import Follow, Linked, View, follow, target
from lungview.viewer.panes.alike import seen_alike
from lungview.viewer.panes.stack import Stack
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


class Link(QObject):
    """Follows the active view with the others, in what both share; how is said in `viewer.links`."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._grid, self._session = host.grid, host.session
        self._views: dict[Viewport, View] = {}
        session = host.session
        self._action = host.actions_table.handle("view.link", session.link)
        session.linked_changed.connect(lambda _: self._on_linked())
        session.active_changed.connect(lambda _: self._remember())
        session.series_shown.connect(lambda _: self._remember())
        session.index_wanted.connect(self._on_index)
        session.view_changed.connect(self._on_view)

    def _on_linked(self) -> None:
        self._remember()
        state = self._session.viewport.state
        self._on_view(ViewState(), state)
        self._on_index(state.index)
        linked = self._session.links.values()
        self._action.setChecked(all(each is Linked.ALL for each in linked))

    def _remember(self) -> None:
        """What each view shows now, from where it keeps its distance; a word on how those linked follow."""
        self._views = {each: _view(self._session.stack_of(each)) for each in self._session.viewports}
        active = self._views[self._session.viewport]
        others = self._others(Linked.SLICE)
        for frame in self._grid.frames:
            view = self._views[frame.viewport]
            linked = frame.viewport in others and bool(view.count) and bool(active.count)
            how = follow(view, active) if linked else None
            frame.viewport.set_apart(self.tr("Not linked: another plane") if how is Follow.NOT else "")
            frame.header.say_following(self._words(how))

    def _words(self, how: Follow | None) -> str:
        words = {
            Follow.POSITION: self.tr("by position"),
            Follow.OFFSET: self.tr("by distance"),
            Follow.NUMBER: self.tr("by number"),
        }
        return words.get(how, "") if how is not None else ""

    def _others(self, what: Linked) -> list[Viewport]:
        """The views that share something with the active one."""
        active, links = self._session.viewport, self._session.links
        if what not in links[active]:
            return []
        return [each for each in self._session.viewports if each is not active and what in links[each]]

    def _on_index(self, _: int) -> None:
        here = _view(self._session.stack)
        then = self._views.get(self._session.viewport, here)
        for viewport in self._others(Linked.SLICE):
            stack = self._session.stack_of(viewport)
            at = target(self._views.get(viewport, _view(stack)), here, then)
            if at is not None and at != stack.index:
                stack.go(at)

    def _on_view(self, before: ViewState, after: ViewState) -> None:
        if after.presentation != before.presentation:
            for viewport in self._others(Linked.WINDOW):
                viewport.change(lambda s: replace(s, presentation=after.presentation))
        if after.camera != before.camera:
            for viewport in self._others(Linked.CAMERA):
                viewport.change(partial(_looking_as, after))


def _view(stack: Stack) -> View:
    return View(stack.content, stack.index)


def _looking_as(shown: ViewState, state: ViewState) -> ViewState:
    camera = seen_alike(shown, state)
    return state if camera is None else state.seen_by(camera)
