"""Linked views: what is done in the active one is done in all that share it and can follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.pane.viewport import Viewport
from lungview.viewer.links import Follow, Linked, View, follow, strangers, target
from lungview.viewer.panes.alike import seen_alike
from lungview.viewer.panes.stack import Stack
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


class Link(QObject):
    """Follows the active view with the others, in what both share; how is said in `viewer.links`.

    Two patients scroll together only where the reader linked their views while both were on screen.
    """

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._grid, self._session = host.grid, host.session
        self._views: dict[Viewport, View] = {}
        session = host.session
        self._agreed: set[frozenset[str]] = set()  # two patients each, who were linked by the reader
        self._action = host.actions_table.handle("view.link", self._link_all)
        self._grid.links_chosen.connect(self._link_one)
        session.linked_changed.connect(lambda _: self._on_linked())
        session.active_changed.connect(lambda _: self._remember())
        session.each_viewport(lambda each: session.stack_of(each).filled.connect(self._remember))
        session.index_wanted.connect(self._on_index)
        session.view_changed.connect(self._on_view)

    def _link_all(self, on: bool) -> None:
        if on:
            self._agree(self._session.viewports)
        self._session.link(on)

    def _link_one(self, viewport: Viewport, linked: Linked) -> None:
        """The reader's own word on one view."""
        if Linked.SLICE in linked and Linked.SLICE not in self._session.links[viewport]:
            self._agree([viewport])
        self._session.link_view(viewport, linked)

    def _agree(self, viewports: Sequence[Viewport]) -> None:
        people = {_view(self._session.stack_of(each)).person for each in self._session.viewports}
        mine = {_view(self._session.stack_of(each)).person for each in viewports}
        self._agreed |= {frozenset((one, other)) for one in mine for other in people}

    def _is_agreed(self, view: View, active: View) -> bool:
        return frozenset((view.person, active.person)) in self._agreed

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
            how = follow(view, active, agreed=self._is_agreed(view, active)) if linked else None
            frame.viewport.set_apart(self._why_not(how))
            frame.header.say_following(self._words(how, strangers(view, active)))

    def _why_not(self, how: Follow | None) -> str:
        if how is Follow.STRANGER:
            return self.tr("Not linked: another patient. To link: Slice off and on")
        return self.tr("Not linked: another plane") if how is Follow.NOT else ""

    def _words(self, how: Follow | None, stranger: bool) -> str:
        words = {
            Follow.POSITION: self.tr("by position"),
            Follow.OFFSET: self.tr("by distance"),
            Follow.NUMBER: self.tr("by number"),
        }
        said = words.get(how, "") if how is not None else ""
        return self.tr("%1, another patient").replace("%1", said) if said and stranger else said

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
            view = self._views.get(viewport, _view(stack))
            at = target(view, here, then, agreed=self._is_agreed(view, here))
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
