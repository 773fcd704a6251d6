"""Linked views: what is done in the active one is done in all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.image.slice import Instance
from lungview.ui.session import Session
from lungview.ui.stack import Stack
from lungview.ui.state import ViewState
from lungview.ui.viewport import Viewport

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow

Place = tuple[float | None, int]
"""Position along the normal, mm, when known, and index."""


def install(window: MainWindow) -> None:
    Link(window.session, window)
    window.actions_table.handle("view.link", window.session.link)


def nearest(instances: tuple[Instance, ...], position: float) -> int | None:
    """The index of the slice nearest to a position along the normal, mm; None when none has a position."""
    known = [
        (abs(each.geometry.along_normal - position), index)
        for index, each in enumerate(instances)
        if each.geometry is not None
    ]
    return min(known)[1] if known else None


class Link(QObject):
    """Follows the active view with the others while `session.linked`.

    The offset in position, or in slices where positions are not known, is the one the views had when they
    were linked: two scans of one patient are aligned by hand first.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._places: dict[Viewport, Place] = {}
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

    def _remember(self) -> None:
        """Where each view stands now; what moves is moved by as much from here."""
        self._places = {
            viewport: _place(self._session.stack_of(viewport)) for viewport in self._session.viewports
        }

    def _others(self) -> list[Viewport]:
        if not self._session.linked:
            return []
        return [viewport for viewport in self._session.viewports if viewport is not self._session.viewport]

    def _on_index(self, _: int) -> None:
        here = _place(self._session.stack)
        then = self._places.get(self._session.viewport, here)
        for viewport in self._others():
            stack = self._session.stack_of(viewport)
            at = _moved(stack, self._places.get(viewport, _place(stack)), then, here)
            if at != stack.index:
                stack.go(at)

    def _on_view(self, before: ViewState, after: ViewState) -> None:
        for viewport in self._others():
            if after.presentation != before.presentation:
                viewport.change(lambda s: replace(s, presentation=after.presentation))
            if after.camera != before.camera and _same_size(viewport.state, after):
                viewport.change(lambda s: s.seen_by(after.camera))


def _place(stack: Stack) -> Place:
    geometry = stack.instances[stack.index].geometry if stack.instances else None
    return (geometry.along_normal if geometry else None), stack.index


def _moved(
    stack: Stack,
    place: tuple[float | None, int],
    then: tuple[float | None, int],
    here: tuple[float | None, int],
) -> int:
    """The index a stack at `place` goes to when the active one went from `then` to `here`."""
    if place[0] is not None and then[0] is not None and here[0] is not None:
        found = nearest(stack.instances, place[0] + here[0] - then[0])
        if found is not None:
            return found
    return min(max(place[1] + here[1] - then[1], 0), max(stack.count - 1, 0))


def _same_size(one: ViewState, other: ViewState) -> bool:
    if one.slice is None or other.slice is None:
        return False
    return (one.slice.rows, one.slice.columns) == (other.slice.rows, other.slice.columns)
