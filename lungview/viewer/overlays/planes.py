"""Overlays on planes cut from a series: their sections, and a word on those that a plane cannot show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from lungview.viewer.event import Event
from lungview.viewer.mpr.sections import Same, Sections, Seen, Wanted
from lungview.viewer.overlays.in_planes import HeldBodies, Laid, Why
from lungview.viewer.panes.pane import Pane

if TYPE_CHECKING:
    from lungview.overlays.binding import Bound
    from lungview.study.space import Vector
    from lungview.viewer.overlays.listed import Overlays
    from lungview.viewer.workspace import Workspace


class OverlaysInPlanes:
    """Follows the planes of a workspace; holds the bodies of one volume. come: to a pane, or gone from it."""

    def __init__(self, workspace: Workspace, now: Callable[[], Overlays]) -> None:
        self.come = Event[Pane]()
        self._workspace, self._now = workspace, now
        self._held: HeldBodies | None = None
        self._sections = Sections[Laid](workspace, self._ask, self._on_come)

    def follow(self, pane: Pane) -> None:
        self._sections.follow(pane)

    def of(self, pane: Pane) -> Laid | None:
        """What is laid over the plane in a pane; None until it is cut, and where there is no plane."""
        return self._sections.of(pane)

    def lacking(self, pane: Pane) -> tuple[tuple[Bound, Why], ...]:
        """Of which overlays the plane in a pane can show nothing."""
        laid = self.of(pane)
        return () if laid is None else laid.lacking

    def middle(self, bound: Bound, part: int) -> Vector | None:
        """The middle of a part that is to be seen on planes, mm."""
        return None if self._held is None else self._held.middle(bound, part)

    def renew(self) -> None:
        """Others of them are to be seen."""
        for pane in self._workspace.panes:
            self._sections.renew(pane)

    def _ask(self, _: Pane, seen: Seen) -> Wanted[Laid] | None:
        now = self._now()
        if not now.bounds:
            self._held = None
            return None
        held = self._bodies(seen)
        parts, elsewhere = held.parts(now), tuple(held.elsewhere(now))
        key = Same(*(bound for bound, _ in parts)), tuple(part for _, part in parts), Same(*elsewhere)
        make = partial(held.lay, parts, elsewhere, seen.on)
        return Wanted(key, make, quick=held.quick(parts, seen.on))

    def _bodies(self, seen: Seen) -> HeldBodies:
        """Of the volume that is looked at; those of another one are forgotten."""
        if self._held is None or self._held.volume is not seen.volume:
            self._held = HeldBodies(seen.volume, seen.series)
        return self._held

    def _on_come(self, pane: Pane, laid: Laid | None) -> None:
        if laid is None and not any(map(self._sections.of, self._workspace.panes)):
            self._held = None  # and with it the volume
        self.come.emit(pane)
