"""The session: a workspace in a window. It turns events into signals, and viewports into panes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from lungview.settings import Settings
from lungview.ui.pane.tools.base import Tool
from lungview.ui.pane.tools.window import WindowTool
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.event import Event
from lungview.viewer.links import Linked
from lungview.viewer.panes.pane import Pane
from lungview.viewer.panes.stack import Stack
from lungview.viewer.state import ViewState
from lungview.viewer.studies.beside import beside
from lungview.viewer.workspace import Workspace

if TYPE_CHECKING:
    from lungview.sources.cache import SliceCache
    from lungview.sources.files.scan import Skipped
    from lungview.study.series import Series
    from lungview.viewer.studies.listed import Studies


def said(text: str) -> str:
    """A text of `viewer.panes.reasons` in the reader's language."""
    return QCoreApplication.translate("Session", text)


class Session(QObject):
    """The workspace of one window, its viewports, and background work.

    tasks: reading, two threads. inference: one for the slice on screen, one for series and comparison.
    idle: one thread for what can wait (thumbnails), so that it never stands before a slice. masks: one for
    what is laid over planes.
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
        chosen: Settings | None = None,
        cache: SliceCache | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks = Tasks(parent=self)
        self.inference = Tasks(lambda: ThreadPoolExecutor(2, "lungview-inference"), self)
        self.idle = Tasks(lambda: ThreadPoolExecutor(1, "lungview-idle"), self)
        self.masks = Tasks(lambda: ThreadPoolExecutor(1, "lungview-masks"), self)
        others = {"inference": self.inference, "idle": self.idle, "masks": self.masks}
        self.workspace = Workspace(self.tasks, chosen, cache, said, **others)
        self.viewports: list[Viewport] = []
        self.closed_in_time = True
        self.tool: Callable[[Viewport], Tool] = WindowTool
        self._connect(self.workspace)

    def _connect(self, workspace: Workspace) -> None:
        """Each event is a signal, after all in the viewer have heard of it."""
        news = workspace.news
        pairs: tuple[tuple[Event[*tuple[Any, ...]], Callable[..., object]], ...] = (
            (news.opening, self.opening.emit),
            (news.replaced, self.replaced.emit),
            (news.closed, self.closed.emit),
            (news.failed, self.open_failed.emit),
            (news.found, self.series_found.emit),
            (news.relisted, self.relisted.emit),
            (news.progress, self.scan_progress.emit),
            (news.ended, self.scan_ended.emit),
            (news.stopped, self.scan_stopped.emit),
            (news.told, self.told.emit),
            (workspace.series_shown, self.series_shown.emit),
            (workspace.slice_shown, self.slice_shown.emit),
            (workspace.index_wanted, self.index_wanted.emit),
            (workspace.view_changed, self.view_changed.emit),
            (workspace.active_changed, lambda pane: self.active_changed.emit(self.viewport_of(pane))),
            (workspace.linked_changed, self.linked_changed.emit),
            (workspace.settings_changed, self._on_settings),
        )
        for event, call in pairs:
            event.connect(call, last=True)

    # viewports

    def add_viewport(self, viewport: Viewport) -> None:
        """Take a viewport in; the first one becomes active."""
        self.viewports.append(viewport)
        self._steer(viewport)
        self.workspace.add(viewport.pane)
        viewport.scrolled.connect(self.stack_of(viewport).step)
        viewport.activated.connect(lambda: self.activate(viewport))
        viewport.undoable.connect(lambda text, old, new: self.undoable.emit(viewport, text, old, new))
        viewport.value_changed.connect(self.value_pointed)
        viewport.mouse.choose(self.tool(viewport))
        self.viewport_added.emit(viewport)

    def each_viewport(self, equip: Callable[[Viewport], object]) -> None:
        """Call `equip` for every viewport, those to come included."""
        for viewport in self.viewports:
            equip(viewport)
        self.viewport_added.connect(equip)

    def viewport_of(self, pane: Pane) -> Viewport:
        """The viewport that shows a pane."""
        return next(each for each in self.viewports if each.pane is pane)

    @property
    def viewport(self) -> Viewport:
        """The active viewport."""
        return self.viewport_of(self.workspace.active)

    @property
    def stack(self) -> Stack:
        """The stack of the active viewport."""
        return self.workspace.stack

    def stack_of(self, viewport: Viewport) -> Stack:
        return self.workspace.stack_of(viewport.pane)

    def activate(self, viewport: Viewport) -> None:
        """Make a viewport the one that keys and panels mean."""
        self.workspace.activate(viewport.pane)

    def choose_tool(self, tool: Callable[[Viewport], Tool]) -> None:
        """Give the left button of every viewport another tool, those to come included."""
        self.tool = tool
        for viewport in self.viewports:
            viewport.mouse.choose(tool(viewport))

    def change(self, function: Callable[[ViewState], ViewState], undo: str = "") -> None:
        """Change the active view; linked ones follow."""
        self.viewport.change(function, undo)

    @property
    def links(self) -> dict[Viewport, Linked]:
        """What each viewport shares with the others."""
        links = self.workspace.links
        return {each: links[each.pane] for each in self.viewports}

    def link(self, on: bool) -> None:
        """Have all views follow the active one in everything, those to come included; or none."""
        self.workspace.link(on)

    def link_view(self, viewport: Viewport, linked: Linked) -> None:
        """Have a view share some of what it shows with the others that do."""
        self.workspace.link_pane(viewport.pane, linked)

    # what is open

    @property
    def studies(self) -> Studies:
        return self.workspace.studies

    @property
    def series(self) -> list[Series]:
        """What is listed."""
        return self.workspace.studies.series

    @series.setter
    def series(self, listed: list[Series]) -> None:
        self.workspace.studies.series = listed

    @property
    def skipped(self) -> list[Skipped]:
        return self.workspace.studies.skipped

    @property
    def paths(self) -> tuple[Path, ...]:
        """What was opened, of which something is still listed."""
        return self.workspace.studies.paths

    @property
    def cache(self) -> SliceCache:
        """The slices in memory; made when first needed."""
        return self.workspace.cache

    @property
    def asked_for(self) -> tuple[Path, ...]:
        """What `paths` will be once something of it is found."""
        return self.workspace.listing.asked_for

    @property
    def scanning(self) -> bool:
        return self.workspace.listing.running

    def open(self, paths: Sequence[str | Path], *, add: bool | None = None) -> None:
        """As `Workspace.open`."""
        self.workspace.open(paths, add=add)

    def stop(self) -> None:
        """Stop listing; what was found stays."""
        self.workspace.listing.stop()

    def show(self, series: Series, index: int | None = None, viewport: Viewport | None = None) -> None:
        """Show a series in a viewport, the active one by default; from the slice of the settings for None."""
        self.workspace.show(series, index, None if viewport is None else viewport.pane)

    def show_beside(self, series: Series, viewport: Viewport | None = None) -> None:
        """Show a series; in a view that scrolls with others at their place, else they would follow it."""
        target = self.viewport if viewport is None else viewport
        linked = [each for each in (self.viewport, *self.viewports) if Linked.SLICE in self.links[each]]
        others = (self.stack_of(each) for each in linked if each is not target and target in linked)
        other = next((stack for stack in others if stack.series is not None), None)
        shown = None if other is None else other.series
        index = None if other is None or shown is None else beside(shown, other.index, series)
        self.activate(target)
        self.show(series, index)

    def show_neighbour(self, step: int) -> None:
        """Show the next or the previous series in the active viewport."""
        self.workspace.show_neighbour(step)

    def close_series(self, gone: Sequence[Series]) -> None:
        """As `Workspace.close_series`."""
        self.workspace.close_series(gone)

    # settings and end

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self.workspace.settings

    @property
    def keeps_settings(self) -> bool:
        """Whether changed settings are written down."""
        return self.workspace.keeps_settings

    def change_settings(self, chosen: Settings) -> None:
        """Use and keep other settings. SettingsError when they cannot be written."""
        self.workspace.change_settings(chosen)

    def _on_settings(self, chosen: Settings) -> None:
        for viewport in self.viewports:
            self._steer(viewport)
        self.settings_changed.emit(chosen)

    def _steer(self, viewport: Viewport) -> None:
        viewport.up_is_brighter = self.settings.brighter == "up"

    def close(self) -> bool:
        """End all background work, a second at most. Returns whether everything had ended."""
        self.workspace.close()
        ended = [tasks.close(0.25) for tasks in (self.tasks, self.inference, self.idle, self.masks)]
        self.closed_in_time = all(ended)
        return self.closed_in_time
