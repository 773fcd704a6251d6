"""The session: what is open. Panels know its signals, not each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from lungview import settings
from lungview.ui.pane.tools.base import Tool
from lungview.ui.pane.tools.window import WindowTool
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.listing import Listing
from lungview.ui.studies.services import Services
from lungview.ui.studies.stack import Stack
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.first_window import first_window
from lungview.viewer.links import Linked
from lungview.viewer.state import Interpolation, TextLevel, ViewState
from lungview.viewer.studies.listed import Studies

if TYPE_CHECKING:
    from lungview.sources.cache import SliceCache
    from lungview.sources.files.scan import Skipped
    from lungview.study.series import Series


class Session(QObject):
    """Series, viewports, background work and settings of one window.

    tasks: reading, two threads. inference: one for the slice on screen, one for series and comparison.
    idle: one thread for what can wait (thumbnails), so that it never stands before a slice.
    services: what features have for one another.
    """

    opening = Signal(object)  # tuple[Path, ...], before anything is read; what is open stays as it is
    replaced = Signal()  # a slice of them is decoded: what was listed is listed no more
    closed = Signal(object)  # tuple[Series, ...]: listed no more, others are
    open_failed = Signal(object)  # LungViewError: nothing of them can be shown, what is open stays
    series_found = Signal(object)  # Series, while scanning; the same key again when it grew
    relisted = Signal()  # `series` holds others: some were joined or parted
    scan_progress = Signal(int, int)  # files looked at, files known
    scan_ended = Signal(object)  # Scan
    scan_stopped = Signal()  # by the user, or by an error that was shown
    series_shown = Signal(object)  # Series in the active viewport
    slice_shown = Signal(object)  # Slice in the active viewport, or None when there is none (yet)
    index_wanted = Signal(int)  # of the active viewport's stack
    view_changed = Signal(object, object)  # ViewState before, after, of the active viewport
    undoable = Signal(object, str, object, object)  # Viewport, text, ViewState before, after
    active_changed = Signal(object)  # Viewport
    linked_changed = Signal(bool)
    viewport_added = Signal(object)  # Viewport: give it tools and layers
    menu_opening = Signal(object, object, object)  # Viewport, its QMenu to add to, where in the viewport
    marked = Signal(object, object)  # Viewport, the slices of its series with annotations or key images
    value_pointed = Signal(str)  # the value under the cursor, "" beside the picture
    settings_changed = Signal(object)  # Settings
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        chosen: settings.Settings | None = None,
        cache: SliceCache | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = chosen or settings.Settings()
        self.tasks = Tasks(parent=self)
        self.inference = Tasks(lambda: ThreadPoolExecutor(2, "lungview-inference"), self)
        self.idle = Tasks(lambda: ThreadPoolExecutor(1, "lungview-idle"), self)
        self.studies = Studies()
        self.services = Services()
        self.viewports: list[Viewport] = []
        self.links: dict[Viewport, Linked] = {}
        self._links_all = False
        self.keeps_settings = True
        self.closed_in_time = True
        self.tool: Callable[[Viewport], Tool] = WindowTool
        self._cache = cache
        self._stacks: dict[Viewport, Stack] = {}
        self._active: Viewport | None = None
        self.listing = Listing(self)

    @property
    def series(self) -> list[Series]:
        """What is listed."""
        return self.studies.series

    @series.setter
    def series(self, listed: list[Series]) -> None:
        self.studies.series = listed

    @property
    def skipped(self) -> list[Skipped]:
        return self.studies.skipped

    @property
    def paths(self) -> tuple[Path, ...]:
        """What was opened, of which something is still listed."""
        return self.studies.paths

    @property
    def cache(self) -> SliceCache:
        """The slices in memory; made when first needed."""
        if self._cache is None:
            from lungview.sources.cache import SliceCache

            self._cache = SliceCache(self.settings.cache_mb * 2**20 or None)
        return self._cache

    @property
    def viewport(self) -> Viewport:
        """The active viewport."""
        assert self._active is not None, "a session has a viewport once the window is made"
        return self._active

    @property
    def stack(self) -> Stack:
        """The stack of the active viewport."""
        return self.stack_of(self.viewport)

    def stack_of(self, viewport: Viewport) -> Stack:
        if viewport not in self._stacks:
            self._stacks[viewport] = stack = Stack(
                viewport, lambda: self.cache, self.tasks, lambda slice_: first_window(slice_, self.settings)
            )
            stack.moved.connect(lambda index: self._if_active(viewport, self.index_wanted, index))
            stack.opened.connect(lambda series: self._if_active(viewport, self.series_shown, series))
            stack.filled.connect(lambda: self._on_filled(viewport))
        return self._stacks[viewport]

    def add_viewport(self, viewport: Viewport) -> None:
        """Take a viewport in; the first one becomes active."""
        self.viewports.append(viewport)
        self.links[viewport] = Linked.ALL if self._links_all else Linked.NONE
        self._apply_settings(viewport)
        viewport.activated.connect(lambda: self.activate(viewport))
        viewport.changed.connect(lambda old, new: self._on_view(viewport, old, new))
        viewport.undoable.connect(lambda text, old, new: self.undoable.emit(viewport, text, old, new))
        viewport.value_changed.connect(self.value_pointed)
        viewport.mouse.choose(self.tool(viewport))
        self.viewport_added.emit(viewport)
        if self._active is None:
            self.activate(viewport)

    def each_viewport(self, equip: Callable[[Viewport], object]) -> None:
        """Call `equip` for every viewport, those to come included."""
        for viewport in self.viewports:
            equip(viewport)
        self.viewport_added.connect(equip)

    def activate(self, viewport: Viewport) -> None:
        """Make a viewport the one that keys and panels mean."""
        if viewport is not self._active:
            self._active = viewport
            self.active_changed.emit(viewport)
            self._tell_contents(viewport)

    def _tell_contents(self, viewport: Viewport) -> None:
        """What another active view shows is news to the panels."""
        stack = self._stacks.get(viewport)
        if stack is not None and stack.series is not None:
            self.series_shown.emit(stack.series)
            self.index_wanted.emit(stack.index)
        self.slice_shown.emit(viewport.state.slice)

    def choose_tool(self, tool: Callable[[Viewport], Tool]) -> None:
        """Give the left button of every viewport another tool, those to come included."""
        self.tool = tool
        for viewport in self.viewports:
            viewport.mouse.choose(tool(viewport))

    def change(self, function: Callable[[ViewState], ViewState], undo: str = "") -> None:
        """Change the active view; linked ones follow."""
        self.viewport.change(function, undo)

    @property
    def linked(self) -> bool:
        """Whether any view follows another in anything."""
        return any(self.links.values())

    def link(self, on: bool) -> None:
        """Have all views follow the active one in everything, those to come included; or none."""
        self._links_all = on
        self.links = dict.fromkeys(self.viewports, Linked.ALL if on else Linked.NONE)
        self.linked_changed.emit(on)

    def link_view(self, viewport: Viewport, linked: Linked) -> None:
        """Have a view share some of what it shows with the others that do."""
        self.links[viewport] = linked
        self.linked_changed.emit(self.linked)

    def change_settings(self, chosen: settings.Settings) -> None:
        """Use and keep other settings. SettingsError when they cannot be written."""
        self.settings = chosen
        for viewport in self.viewports:
            self._apply_settings(viewport)
        self.settings_changed.emit(chosen)
        if self.keeps_settings:
            settings.save(chosen)

    def open(self, paths: Sequence[str | Path], *, add: bool | None = None) -> None:
        """List files, folders, zips or DICOMDIRs in the background and show the first series found.

        It is added to what is open, or (add False; None is as the settings say) takes its place. Where no
        slice can be decoded, all stays as it is.
        """
        self.listing.open(tuple(Path(path) for path in paths), add)

    @property
    def asked_for(self) -> tuple[Path, ...]:
        """What `paths` will be once something of it is found."""
        return self.listing.asked_for

    @property
    def scanning(self) -> bool:
        return self.listing.running

    def stop(self) -> None:
        """Stop listing; what was found stays."""
        self.listing.stop()

    def show(self, series: Series, index: int | None = None, viewport: Viewport | None = None) -> None:
        """Show a series in a viewport, the active one by default; from the slice of the settings for None."""
        at = self.first_of(series) if index is None else index
        self.stack_of(viewport or self.viewport).open(series, at)

    def first_of(self, series: Series) -> int:
        """The index of the slice that a series opens with."""
        last = max(len(series.instances) - 1, 0)
        return {"first": 0, "middle": last // 2, "last": last}[self.settings.first_slice]

    def show_neighbour(self, step: int) -> None:
        """Show the next or the previous series in the active viewport."""
        keys, shown = [series.key for series in self.series], self.stack.series
        if shown is not None and shown.key in keys:
            at = keys.index(shown.key) + step
            if 0 <= at < len(keys):
                self.show(self.series[at])

    def close(self) -> bool:
        """End all background work, a second at most. Returns whether everything had ended."""
        self.stop()
        for stack in self._stacks.values():
            stack.close()
        ended = [tasks.close(0.3) for tasks in (self.tasks, self.inference, self.idle)]
        if self._cache is not None:
            # It joins its threads; one of them may be inside a slow decoder.
            threading.Thread(target=self._cache.close, daemon=True).start()
        self.closed_in_time = all(ended)
        return self.closed_in_time

    def _apply_settings(self, viewport: Viewport) -> None:
        chosen = self.settings
        viewport.up_is_brighter = chosen.brighter == "up"
        text, patient = TextLevel[chosen.corner_text.upper()], not chosen.hide_patient
        viewport.change(lambda s: s.over(replace(s.overlays, text=text, patient=patient)))
        viewport.change(lambda s: s.interpolated(Interpolation(chosen.interpolation)))

    def _on_view(self, viewport: Viewport, before: ViewState, after: ViewState) -> None:
        """Every change of the active view, and of the slice in it: a slice going away is one, too."""
        self._if_active(viewport, self.view_changed, before, after)
        if after.slice is not before.slice or after.error is not before.error:
            self._if_active(viewport, self.slice_shown, after.slice)

    def _if_active(self, viewport: Viewport, signal: Any, *values: object) -> None:
        if viewport is self._active:
            signal.emit(*values)

    def _on_filled(self, viewport: Viewport) -> None:
        """Planes in the place of a series: the panels have nothing to say of it any more."""
        if self.stack_of(viewport).series is None:
            self._if_active(viewport, self.active_changed, viewport)

    def close_series(self, gone: Sequence[Series]) -> None:
        """List some series no longer; views that show them become empty, the only one shows another."""
        keys = {each.key for each in gone}
        self.studies.close(gone)
        for viewport in self.viewports:
            shown = self.stack_of(viewport).origin
            if shown is not None and shown.key in keys:
                self.stack_of(viewport).empty()
        self.closed.emit(tuple(gone))
        self.relisted.emit()
        if self.series and not any(self.stack_of(each).count for each in self.viewports if each.isVisible()):
            self.show(self.series[0])
