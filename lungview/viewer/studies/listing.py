"""Listing what is to be opened: from the paths asked for to the first picture on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lungview.errors import LungViewError
from lungview.settings import Settings
from lungview.study.key import series_id
from lungview.viewer.panes.reasons import LATER, why_it_stopped, why_nothing
from lungview.viewer.studies import opening

if TYPE_CHECKING:
    from lungview.image.slice import Instance
    from lungview.sources.cache import SliceCache
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series
    from lungview.viewer.common.background import Background, Call
    from lungview.viewer.panes.pane import Pane
    from lungview.viewer.panes.reasons import Say
    from lungview.viewer.panes.stack import Stack
    from lungview.viewer.studies.listed import Studies
    from lungview.viewer.studies.news import News


class Shown(Protocol):
    """What a workspace is for its listing."""

    news: News
    settings: Settings
    background: Background
    studies: Studies
    panes: list[Pane]
    say: Say

    @property
    def cache(self) -> SliceCache: ...
    @property
    def active(self) -> Pane: ...
    @property
    def stack(self) -> Stack: ...
    def stack_of(self, pane: Pane) -> Stack: ...
    def activate(self, pane: Pane) -> None: ...
    def show(self, series: Series) -> None: ...
    def first_of(self, series: Series) -> int: ...


class Listing:
    """One workspace's reading of files, one opening at a time; tells of it by its news.

    asked_for: what the studies' `paths` will be once something of it is found. What is to be added while
    something is read waits for that to end, so that nothing of either is missing.
    """

    def __init__(self, workspace: Shown) -> None:
        self._workspace, self._news = workspace, workspace.news
        self.asked_for: tuple[Path, ...] = ()
        self._task: Call | None = None
        self._waiting: list[tuple[Path, ...]] = []
        self._adds, self._shown_first = True, False
        self._opened = ""  # key of the series that was shown before the reader chose any
        self._begun_at: Instance | None = None  # the slice it was shown from

    @property
    def running(self) -> bool:
        return self._task is not None

    def open(self, paths: tuple[Path, ...], add: bool | None) -> None:
        """As `Workspace.open`."""
        adds = self._workspace.settings.open_adds if add is None else add
        if adds and self.running:
            self._waiting.append(paths)
            self._news.told.emit(self._workspace.say(LATER))
            return
        self.end()
        self._open(paths, adds)

    def _open(self, paths: tuple[Path, ...], adds: bool) -> None:
        workspace = self._workspace
        self.asked_for, self._adds = paths, adds
        workspace.news.opening.emit(paths)
        self._task = workspace.background.stream(
            opening.scan,
            paths,
            workspace.settings.slice_order,
            workspace.cache.get,
            workspace.say,
            on_event=self._on_event,
            on_result=self._on_found,
            on_error=self._on_error,
        )

    def stop(self) -> None:
        """Stop reading what is being read, and go on with what waits; what was found stays."""
        self._cancel()
        self._go_on()

    def end(self) -> None:
        """Stop reading, also what waits."""
        self._waiting.clear()
        self._cancel()

    def _go_on(self) -> None:
        if self._waiting and not self.running:
            self._open(self._waiting.pop(0), True)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task, self.asked_for = None, ()
            self._news.stopped.emit()

    def _on_event(self, event: tuple[str, Any]) -> None:
        kind, value = event
        if kind == "progress":
            self._news.progress.emit(*value)
        else:
            self.add(value)

    def _begin(self) -> None:
        """Something of what was asked for is there."""
        asked, self.asked_for = self.asked_for, ()
        self._workspace.studies.begin(asked, add=self._adds)
        self._shown_first = False
        if not self._adds:
            self._empty_other_views()
            self._news.replaced.emit()

    def _empty_other_views(self) -> None:
        """Two studies side by side of which one is open no more would be taken for two that are."""
        for each in self._workspace.panes:
            stack = self._workspace.stack_of(each)
            if stack is not self._workspace.stack and stack.content is not None:
                stack.empty()

    def add(self, found: Series) -> None:
        """Take in a series as it stands; one of the same key is replaced."""
        if self.asked_for:
            self._begin()
        series = self._workspace.studies.put(found)
        self._news.found.emit(series)
        if not self._shown_first:
            self._show_first(series)
            return
        shown = self._workspace.stack.series
        if shown is not None and series_id(shown) == series_id(series):
            self._workspace.stack.grow(series)

    def _show_first(self, series: Series) -> None:
        """The first series of what was opened: beside others in an empty view, else in the active one."""
        free = (
            each
            for each in self._workspace.panes
            if each.in_sight() and self._workspace.stack_of(each).content is None
        )
        if self._adds and self._workspace.stack.content is not None:
            self._workspace.activate(next(free, self._workspace.active))
        self._shown_first, self._opened = True, series.key
        self._workspace.show(series)
        stack = self._workspace.stack
        self._begun_at = stack.instances[stack.index] if stack.count else None

    def _on_found(self, scan: Scan) -> None:
        self._task = None
        scan = self._without_segments(scan)
        for series in scan.series:
            if series not in self._workspace.studies.series or self.asked_for:
                self.add(series)
        if scan.series:
            listed = self._workspace.studies.end(scan.series, scan.skipped)
            self._show_the_stack(listed)
            scan = replace(scan, series=listed)
        elif scan.overlays and self._shows_something:
            self.asked_for = ()
            self._workspace.studies.skip(scan.skipped)
        else:
            self._workspace.studies.skip(scan.skipped)
            self._fail(why_nothing(scan, self.asked_for, self._workspace.say))
        self._news.ended.emit(scan)
        self._go_on()

    def _without_segments(self, scan: Scan) -> Scan:
        """Segments alone are shown as pictures only where there is nothing that they could lie over."""
        from lungview.viewer.studies.overlay_files import is_overlay

        alone = bool(scan.series) and all(map(is_overlay, scan.series))
        return replace(scan, series=()) if alone and self._shows_something else scan

    @property
    def _shows_something(self) -> bool:
        return any(self._workspace.stack_of(each).content is not None for each in self._workspace.panes)

    def _show_the_stack(self, listed: Sequence[Series]) -> None:
        """What was found first may be a scout, or lie anywhere in its stack, unless the reader moved on."""
        from lungview.study.sorting.localizers import opens_first

        shown = self._workspace.stack.series
        if shown is None or shown.key != self._opened or not self._still_begun:
            return
        now = next((each for each in listed if each.key == shown.key), None)
        first = opens_first(listed)
        if now is None or (first is not now and (now.localizer or now.slice_spacing is None)):
            self._workspace.show(first)
        else:
            self._workspace.stack.go(self._workspace.first_of(now))

    @property
    def _still_begun(self) -> bool:
        """Whether the slice wanted is the one that the first series was shown from."""
        stack = self._workspace.stack
        return bool(stack.instances) and stack.instances[stack.index] == self._begun_at

    def _fail(self, error: LungViewError) -> None:
        """Say why nothing was opened: where the picture would be, or beside the one that stays."""
        self.asked_for = ()
        if self._shows_something:
            self._news.told.emit(str(error))
            self._news.failed.emit(error)
        else:
            self._workspace.active.show_error(error, 0, 0)

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        self._news.stopped.emit()
        self._fail(said := why_it_stopped(error, self._workspace.say))
        self._news.told.emit(str(said))
        self._go_on()
