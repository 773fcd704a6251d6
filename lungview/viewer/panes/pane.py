"""A pane: the state of one view, whoever paints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lungview.viewer.event import Event
from lungview.viewer.state import Camera, Presentation, ViewState

if TYPE_CHECKING:
    from lungview.errors import LungViewError
    from lungview.image.slice import Slice


class Pane:
    """Holds `state`. `change` is the only way to another state.

    changed(before, after) follows every change. undoable(text, before, after) follows what a person did
    and may want to undo: once a gesture. cleared: something else will be shown, a gesture under way is
    over. in_sight: whether a person can see it now. size_px: width and height, of its own device.
    """

    def __init__(self) -> None:
        self._state = ViewState()
        self.changed = Event[ViewState, ViewState]()
        self.undoable = Event[str, ViewState, ViewState]()
        self.cleared = Event[()]()
        self.in_sight: Callable[[], bool] = lambda: True
        self.size_px: Callable[[], tuple[float, float]] = lambda: (512.0, 512.0)

    @property
    def state(self) -> ViewState:
        return self._state

    def change(self, function: Callable[[ViewState], ViewState], undo: str = "") -> None:
        """Go to function(state). undo: what a person calls it, when it is to be undone by itself."""
        before, after = self._state, function(self._state)
        if after == before:
            return
        self._state = after
        self.changed.emit(before, after)
        if undo:
            self.undoable.emit(undo, before, after)

    def record(self, undo: str, before: ViewState) -> None:
        """Close a gesture that began at `before`; nothing when it changed nothing."""
        if self._state.looking_like(before) != self._state:
            self.undoable.emit(undo, before, self._state)

    def show_slice(self, slice_: Slice, index: int, count: int) -> None:
        self.change(lambda s: replace(s, slice=slice_, error=None, index=index, count=count))

    def show_error(self, error: LungViewError, index: int, count: int) -> None:
        """No picture, and the reason in its place."""
        self.change(lambda s: replace(s, slice=None, error=error, index=index, count=count))

    def clear(self, presentation: Presentation, camera: Camera, count: int) -> None:
        """Nothing on screen while another series is being read."""
        self.cleared.emit()
        plain = ViewState(
            count=count, presentation=presentation, camera=camera, overlays=self._state.overlays
        )
        self.change(lambda _: plain)
