"""Overlays on planes cut from a series: their sections, and a word on those that a plane cannot show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lungview.ui.language import speaking
from lungview.ui.mpr.sections import Same, Sections, Seen, Wanted
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.overlays.in_planes import HeldBodies, Laid

if TYPE_CHECKING:
    from lungview.overlays.binding import Bound
    from lungview.study.space import Vector
    from lungview.ui.studies.session import Session
    from lungview.viewer.overlays.listed import Overlays


class OverlaysInPlanes:
    """Follows the planes of a window; the bodies of one volume are held."""

    def __init__(self, session: Session, now: Callable[[], Overlays]) -> None:
        self._session, self._now = session, now
        self._held: HeldBodies | None = None
        self._sections = Sections[Laid](session, self._ask, self._on_come)

    def follow(self, viewport: Viewport) -> None:
        self._sections.follow(viewport)

    def of(self, viewport: Viewport) -> Laid | None:
        """What is laid over the plane in a view; None until it is cut, and where there is no plane."""
        return self._sections.of(viewport)

    def middle(self, bound: Bound, part: int) -> Vector | None:
        """The middle of a part that is to be seen on planes, mm."""
        return None if self._held is None else self._held.middle(bound, part)

    def renew(self) -> None:
        """Others of them are to be seen."""
        for viewport in self._session.viewports:
            self._sections.renew(viewport)

    def _ask(self, viewport: Viewport, seen: Seen) -> Wanted[Laid] | None:
        del viewport
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

    def _on_come(self, viewport: Viewport, laid: Laid | None) -> None:
        if laid is None and not any(map(self._sections.of, self._session.viewports)):
            self._held = None  # and with it the volume
        said = QCoreApplication.translate("OverlayLayer", "%1 is not shown here: %2")
        lines = [
            said.replace("%1", bound.overlay.name).replace("%2", speaking.said(why))
            for bound, why in (laid.lacking if laid is not None else ())
        ]
        viewport.set_apart("\n".join(lines), "overlays")
