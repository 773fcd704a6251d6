"""The workspace: what is open and how it is looked at, whoever shows it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lungview import settings
from lungview.errors import SettingsError
from lungview.image.slice import Instance, Slice
from lungview.study.series import Series
from lungview.viewer.common.background import Background
from lungview.viewer.common.services import Services
from lungview.viewer.event import Event
from lungview.viewer.first_window import first_window
from lungview.viewer.history import History
from lungview.viewer.links import Linked
from lungview.viewer.marks.annotations import Annotations
from lungview.viewer.panes.pane import Pane
from lungview.viewer.panes.reasons import Say, plainly
from lungview.viewer.panes.stack import Stack
from lungview.viewer.state import Interpolation, TextLevel, ViewState
from lungview.viewer.studies.listed import Studies
from lungview.viewer.studies.listing import Listing
from lungview.viewer.studies.news import News

if TYPE_CHECKING:
    from lungview.sources.cache import SliceCache


class Workspace:
    """Studies, panes and the active one, links, marks, undo, settings; panels know its events alone.

    background: what reads. inference: what asks networks. idle: what can wait, so that it never stands before
    a slice. masks: what is cut for planes. All are `background` where they are not given. news: of what is
    listed. say: texts in the reader's language. services: what its parts have for one another.
    keeps_settings: whether changed settings are written down.
    """

    def __init__(
        self,
        background: Background,
        chosen: settings.Settings | None = None,
        cache: SliceCache | None = None,
        say: Say = plainly,
        *,
        inference: Background | None = None,
        idle: Background | None = None,
        masks: Background | None = None,
    ) -> None:
        self.background, self.say = background, say
        self.inference, self.idle = inference or background, idle or background
        self.masks = masks or background
        self.services = Services()
        self.settings, self.keeps_settings = chosen or settings.Settings(), True
        self.studies, self.history = Studies(), History()
        self.annotations = Annotations(None, self.history)
        self.panes: list[Pane] = []
        self.links: dict[Pane, Linked] = {}
        self.layout = 1, 1  # rows, columns of panes in sight
        self.news = News()
        self.series_shown = Event[Series]()  # in the active pane
        self.slice_shown = Event[Slice | None]()  # in the active pane; None when there is none (yet)
        self.index_wanted = Event[int]()  # of the active pane's stack
        self.view_changed = Event[ViewState, ViewState]()  # before, after, of the active pane
        self.active_changed = Event[Pane]()
        self.linked_changed = Event[bool]()
        self.settings_changed = Event[settings.Settings]()
        self._links_all, self._cache = False, cache
        self._stacks: dict[Pane, Stack] = {}
        self._active: Pane | None = None
        self.listing = Listing(self)

    @property
    def cache(self) -> SliceCache:
        """The slices in memory; made when first needed."""
        if self._cache is None:
            from lungview.sources.cache import SliceCache

            self._cache = SliceCache(self.settings.cache_mb * 2**20 or None)
        return self._cache

    def read(self, instance: Instance) -> Slice:
        """A slice from memory, else from its file; from any thread. Raises ReadError.

        What is read stays not in memory: a whole series would push out what the reader scrolls through.
        """
        from lungview.image.readers import read_instance

        return self.cache.peek(instance) or read_instance(instance)

    # panes

    def add(self, pane: Pane) -> None:
        """Take a pane in; the first one becomes active."""
        self.panes.append(pane)
        self.links[pane] = Linked.ALL if self._links_all else Linked.NONE
        self._stacks[pane] = stack = Stack(
            pane, lambda: self.cache, self.background, lambda s: first_window(s, self.settings), self.say
        )
        stack.moved.connect(lambda index: self._if_active(pane, self.index_wanted, index))
        stack.opened.connect(lambda series: self._if_active(pane, self.series_shown, series))
        stack.filled.connect(lambda: self._on_filled(pane))
        self._apply_settings(pane)
        pane.changed.connect(partial(self._on_view, pane))
        if self._active is None:
            self.activate(pane)

    @property
    def active(self) -> Pane:
        """The pane that keys and panels mean."""
        assert self._active is not None, "a workspace has a pane once its window is made"
        return self._active

    @property
    def stack(self) -> Stack:
        """The stack of the active pane."""
        return self._stacks[self.active]

    def stack_of(self, pane: Pane) -> Stack:
        return self._stacks[pane]

    def activate(self, pane: Pane) -> None:
        """Make a pane the one that keys and panels mean, and tell what it shows."""
        if pane is self._active:
            return
        self._active = pane
        self.active_changed.emit(pane)
        stack = self._stacks[pane]
        if stack.series is not None:
            self.series_shown.emit(stack.series)
            self.index_wanted.emit(stack.index)
        self.slice_shown.emit(pane.state.slice)

    def link(self, on: bool) -> None:
        """Have all panes follow the active one in everything, those to come included; or none."""
        self._links_all = on
        self.links = dict.fromkeys(self.panes, Linked.ALL if on else Linked.NONE)
        self.linked_changed.emit(on)

    def link_pane(self, pane: Pane, linked: Linked) -> None:
        """Have a pane share some of what it shows with the others that do."""
        self.links[pane] = linked
        self.linked_changed.emit(self.linked)

    @property
    def linked(self) -> bool:
        """Whether any pane follows another in anything."""
        return any(self.links.values())

    def _on_view(self, pane: Pane, before: ViewState, after: ViewState) -> None:
        """Every change of the active pane, and of the slice in it: a slice going away is one, too."""
        self._if_active(pane, self.view_changed, before, after)
        if after.slice is not before.slice or after.error is not before.error:
            self._if_active(pane, self.slice_shown, after.slice)

    def _on_filled(self, pane: Pane) -> None:
        """Planes in the place of a series: the panels have nothing to say of it any more."""
        if self._stacks[pane].series is None:
            self._if_active(pane, self.active_changed, pane)

    def _if_active(self, pane: Pane, event: Event, *values: object) -> None:  # type: ignore[type-arg]
        if pane is self._active:
            event.emit(*values)

    # studies

    def open(self, paths: Sequence[str | Path], *, add: bool | None = None) -> None:
        """List files, folders, zips or DICOMDIRs in the background and show the first series found.

        It is added to what is open, or (add False; None is as the settings say) takes its place. Where no
        slice can be decoded, all stays as it is.
        """
        self.listing.open(tuple(Path(path) for path in paths), add)

    def show(self, series: Series, index: int | None = None, pane: Pane | None = None) -> None:
        """Show a series in a pane, the active one by default; from the slice of the settings for None."""
        at = self.first_of(series) if index is None else index
        self._stacks[pane or self.active].open(series, at)

    def first_of(self, series: Series) -> int:
        """The index of the slice that a series opens with."""
        last = max(len(series.instances) - 1, 0)
        return {"first": 0, "middle": last // 2, "last": last}[self.settings.first_slice]

    def show_neighbour(self, step: int) -> None:
        """Show the next or the previous series in the active pane."""
        listed, shown = self.studies.series, self.stack.series
        keys = [series.key for series in listed]
        if shown is not None and shown.key in keys:
            at = keys.index(shown.key) + step
            if 0 <= at < len(keys):
                self.show(listed[at])

    def close_series(self, gone: Sequence[Series]) -> None:
        """List some series no longer; panes that show them become empty, the only one shows another."""
        keys = {each.key for each in gone}
        self.studies.close(gone)
        for pane in self.panes:
            shown = self._stacks[pane].origin
            if shown is not None and shown.key in keys:
                self._stacks[pane].empty()
        self.news.closed.emit(tuple(gone))
        self.news.relisted.emit()
        listed = self.studies.series
        if listed and not any(self._stacks[each].count for each in self.panes if each.in_sight()):
            self.show(listed[0])

    # settings and end

    def change_settings(self, chosen: settings.Settings) -> None:
        """Use and keep other settings. SettingsError when they cannot be written."""
        self.settings = chosen
        for pane in self.panes:
            self._apply_settings(pane)
        self.settings_changed.emit(chosen)
        if self.keeps_settings:
            settings.save(chosen)

    def keep(self, **values: object) -> None:
        """Use and keep some settings; that they cannot be written is told."""
        chosen = replace(self.settings, **values)  # type: ignore[arg-type]
        if chosen == self.settings:
            return
        try:
            self.change_settings(chosen)
        except SettingsError as error:
            self.news.told.emit(str(error))

    def _apply_settings(self, pane: Pane) -> None:
        chosen = self.settings
        text, patient = TextLevel[chosen.corner_text.upper()], not chosen.hide_patient
        pane.change(lambda s: s.over(replace(s.overlays, text=text, patient=patient)))
        pane.change(lambda s: s.interpolated(Interpolation(chosen.interpolation)))

    def close(self) -> None:
        """Stop listing and reading; nothing more is shown."""
        self.listing.end()
        for stack in self._stacks.values():
            stack.close()
        if self._cache is not None:
            # It joins its threads; one of them may be inside a slow decoder.
            threading.Thread(target=self._cache.close, daemon=True).start()
