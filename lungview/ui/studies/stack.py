"""A series in a viewport: which slice is wanted, and its way from the cache to the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from lungview.image.slice import Instance, Slice
from lungview.study.key import series_id
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.opening import why_unread
from lungview.ui.studies.tasks import Task, Tasks
from lungview.viewer.state import Camera, Presentation

if TYPE_CHECKING:
    from lungview.image.window import Window
    from lungview.study.series import Series


WAIT_MS = 120  # a slice that takes longer is announced


class Cache(Protocol):
    """What a stack needs of image.cache.SliceCache."""

    def get(self, instance: Instance) -> Slice: ...
    def peek(self, instance: Instance) -> Slice | None: ...
    def prefetch(self, instances: Sequence[Instance], index: int, direction: int) -> None: ...


class Stack(QObject):
    """Slices of one series for one viewport.

    index: the slice wanted; the viewport's state follows as soon as it is decoded, the latest wish only.
    first_window: what a series is first shown through, None for each slice's own.
    moved(index) follows every wish, waiting(True) a slice that takes long; the viewport tells of its picture.
    """

    moved = Signal(int)
    opened = Signal(object)  # Series
    waiting = Signal(bool)

    def __init__(
        self,
        viewport: Viewport,
        cache: Callable[[], Cache],
        tasks: Tasks,
        first_window: Callable[[Slice], Window | None] = lambda _: None,
    ) -> None:
        super().__init__(viewport)
        self._first_window, self._fresh = first_window, False
        self._viewport, self._cache, self._tasks = viewport, cache, tasks
        self.series: Series | None = None
        self.instances: tuple[Instance, ...] = ()
        self.index = 0
        self._task: Task | None = None
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(lambda: self.waiting.emit(True))
        viewport.scrolled.connect(self.step)

    @property
    def count(self) -> int:
        return len(self.instances)

    @property
    def pending(self) -> bool:
        """Whether the wanted slice is not on screen yet."""
        return self._task is not None

    def open(self, series: Series, index: int = 0) -> None:
        """Show a series from its slice `index`, fitted and through its own window."""
        fresh = not self._continues(series)
        self.series, self.instances = series, tuple(series.instances)
        # At once: whoever is told of the series may ask which slice of it is wanted.
        self.index = min(max(index if fresh else self.index, 0), max(self.count - 1, 0))
        if fresh:
            self._fresh = True
            self._cancel()
            plain = Presentation(interpolation=self._viewport.state.presentation.interpolation)
            self._viewport.mouse.cancel()
            self._viewport.clear(presentation=plain, camera=Camera(), count=self.count)
        self.opened.emit(series)
        self.go(index)

    def _continues(self, series: Series) -> bool:
        """Whether a series is the one on screen, with more slices at most: not another file's of its UID."""
        if self.series is None or series_id(self.series) != series_id(series):
            return False
        return not self.instances or self.instances[0] in series.instances

    def grow(self, series: Series) -> None:
        """Take more slices of the series on screen, found since; the slice on screen stays."""
        wanted = self.instances[self.index] if self.instances else None
        self.series, self.instances = series, tuple(series.instances)
        self.index = self.instances.index(wanted) if wanted in self.instances else 0
        shown = self._viewport.state.slice
        if shown is not None and shown.instance in self.instances:
            at = self.instances.index(shown.instance)
            self._viewport.change(lambda s: replace(s, index=at, count=self.count))
        self.opened.emit(series)
        self.moved.emit(self.index)
        self._cache().prefetch(self.instances, self.index, 1)

    def step(self, slices: int) -> None:
        self.go(self.index + slices)

    def go(self, index: int) -> None:
        """Wish for a slice, counted from 0; outside the series the nearest."""
        if not self.instances:
            return
        index = min(max(index, 0), self.count - 1)
        if index == self.index and self._on_screen():
            return
        direction = -1 if index < self.index else 1
        self.index = index
        self.moved.emit(index)
        self._cancel()
        instance = self.instances[index]
        found = self._cache().peek(instance)
        if found is not None:
            self._show(found)
        else:
            self._timer.start()
            self._task = self._tasks.run(
                self._cache().get, instance, on_result=self._show, on_error=self._failed
            )
        self._cache().prefetch(self.instances, index, direction)

    def _on_screen(self) -> bool:
        shown = self._viewport.state.slice
        if shown is None or self.pending:
            return False
        wanted = self.instances[self.index]
        return shown.instance == wanted and shown.instance.version == wanted.version

    def close(self) -> None:
        """Forget the series; nothing more is delivered."""
        self._cancel()
        self.series, self.instances, self.index = None, (), 0

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
        if self._fresh and self._viewport.state.presentation.window is None:
            window = self._first_window(slice_)
            self._viewport.change(lambda s: s.windowed(window))
        self._fresh = False
        self._viewport.show_slice(slice_, self.index, self.count)

    def _failed(self, error: BaseException) -> None:
        self._done()
        said = why_unread(error, self.instances[self.index])
        self._viewport.show_error(said, self.index, self.count)
