"""A content in a pane: which picture is wanted, and its way to the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lungview.image.slice import Instance, Slice
from lungview.study.key import series_id
from lungview.study.series import Series
from lungview.viewer.common.background import Background, Call
from lungview.viewer.content import Cache, Content, StackContent
from lungview.viewer.event import Event
from lungview.viewer.panes.pane import Pane
from lungview.viewer.panes.reasons import Say, plainly, why_unread
from lungview.viewer.state import Camera, Presentation

if TYPE_CHECKING:
    from lungview.image.window import Window

WAIT_MS = 120  # a slice that takes longer is announced


class Stack:
    """A content in one pane: mostly the slices of one series.

    index: the picture wanted; the pane's state follows as soon as it is read, the latest wish only.
    series: None while something else is shown; origin: what that was made of. first_window: what a series
    is first shown through, None for each slice's own. moved(index) follows every wish, waiting(True) a
    picture that takes long; the pane tells of its picture. filled: there is another content, or more
    of it, or none.
    """

    def __init__(
        self,
        pane: Pane,
        cache: Callable[[], Cache],
        background: Background,
        first_window: Callable[[Slice], Window | None] = lambda _: None,
        say: Say = plainly,
    ) -> None:
        self.moved, self.waiting = Event[int](), Event[bool]()
        self.opened, self.filled = Event[Series](), Event[()]()
        self._first_window, self._fresh = first_window, False
        self._pane, self._cache, self._background, self._say = pane, cache, background, say
        self.series: Series | None = None
        self.origin: Series | None = None
        self.content: Content | None = None
        self.index = 0
        self._task: Call | None = None
        self._timer = background.timer(WAIT_MS, lambda: self.waiting.emit(True))

    @property
    def count(self) -> int:
        return 0 if self.content is None else self.content.count

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The slices of the series; none of another content."""
        return self.content.instances if isinstance(self.content, StackContent) else ()

    @property
    def pending(self) -> bool:
        """Whether the wanted picture is not on screen yet."""
        return self._task is not None

    def open(self, series: Series, index: int = 0) -> None:
        """Show a series from its slice `index`, fitted and through its own window."""
        fresh = not self._continues(series)
        self._hold(series)
        # At once: whoever is told of the series may ask which slice of it is wanted.
        self.index = self._within(index if fresh else self.index)
        if fresh:
            self._clear()
        self._tell()
        self.go(index)

    def fill(
        self, content: Content, index: int, *, origin: Series | None = None, as_before: bool = False
    ) -> None:
        """Show what is no series. as_before: a like content follows one; it is seen as that was."""
        self.series, self.origin, self.content = None, origin, content
        self.index = self._within(index)
        if as_before:
            self._cancel()
        else:
            self._clear()
        self.filled.emit()
        self._ask()

    def _hold(self, series: Series) -> None:
        self.series = self.origin = series
        frame = series.frame_of_reference_uid
        self.content = StackContent(series.instances, self._cache(), frame, series.spacing)

    def _within(self, index: int) -> int:
        return min(max(index, 0), max(self.count - 1, 0))

    def _clear(self) -> None:
        """Nothing of what was shown is left on screen."""
        self._fresh = True
        self._cancel()
        plain = Presentation(interpolation=self._pane.state.presentation.interpolation)
        self._pane.clear(presentation=plain, camera=Camera(), count=self.count)

    def _tell(self) -> None:
        self.filled.emit()
        assert self.series is not None
        self.opened.emit(self.series)

    def _continues(self, series: Series) -> bool:
        """Whether a series is the one on screen, with more slices at most: not another file's of its UID."""
        if self.series is None or series_id(self.series) != series_id(series):
            return False
        return not self.instances or self.instances[0] in series.instances

    def grow(self, series: Series) -> None:
        """Take more slices of the series on screen, found since; the slice on screen stays."""
        wanted = self.instances[self.index] if self.instances else None
        self._hold(series)
        self.index = self.instances.index(wanted) if wanted in self.instances else 0
        shown = self._pane.state.slice
        if shown is not None and shown.instance in self.instances:
            at = self.instances.index(shown.instance)
            self._pane.change(lambda s: replace(s, index=at, count=self.count))
        self._tell()
        self.moved.emit(self.index)
        self._ahead(1)

    def step(self, slices: int) -> None:
        self.go(self.index + slices)

    def go(self, index: int) -> None:
        """Wish for a picture, counted from 0; outside the content the nearest."""
        if not self.count:
            return
        index = self._within(index)
        if index == self.index and self._on_screen():
            return
        direction = -1 if index < self.index else 1
        self.index = index
        self._ask(direction)

    def _ask(self, direction: int = 1) -> None:
        """Show the wanted picture, at once where it is at hand."""
        assert self.content is not None
        self.moved.emit(self.index)
        self._cancel()
        found = self.content.peek(self.index)
        if found is not None:
            self._show(found)
        else:
            self._timer.start()
            self._task = self._background.run(
                self.content.read, self.index, on_result=self._show, on_error=self._failed
            )
        self._ahead(direction)

    def _ahead(self, direction: int) -> None:
        if self.content is not None and self.count:
            self.content.ahead(self.index, direction)

    def _on_screen(self) -> bool:
        shown = self._pane.state.slice
        if shown is None or self.pending or self.content is None:
            return False
        wanted = self.content.instance(self.index)
        return shown.instance == wanted and shown.instance.version == wanted.version

    def close(self) -> None:
        """Forget the content; nothing more is delivered."""
        self._cancel()
        self.series, self.origin, self.content, self.index = None, None, None, 0

    def empty(self) -> None:
        """Show nothing."""
        self.close()
        self._clear()
        self.filled.emit()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._done()

    def _done(self) -> None:
        self._task = None
        self._timer.stop()
        self.waiting.emit(False)

    def _show(self, slice_: Slice) -> None:
        self._done()
        # Whoever opened the series with a window of their own keeps it.
        if self._fresh and self._pane.state.presentation.window is None:
            window = self._first_window(slice_)
            self._pane.change(lambda s: s.windowed(window))
        self._fresh = False
        self._pane.show_slice(slice_, self.index, self.count)

    def _failed(self, error: BaseException) -> None:
        self._done()
        assert self.content is not None
        said = why_unread(error, self.content.instance(self.index), self._say)
        self._pane.show_error(said, self.index, self.count)
