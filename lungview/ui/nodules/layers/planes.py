"""Findings on planes cut from a series: their outlines at once, lungs and the detector's map behind."""

from __future__ import annotations

from functools import partial

from lungview.nodules.layers import Layers
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.session import Session
from lungview.viewer.mpr.finding_sections import Ground, Lines, Maps, Outlines
from lungview.viewer.mpr.sections import Same, Sections, Seen, Wanted
from lungview.viewer.nodules.findings import Findings
from lungview.viewer.panes.pane import Pane


class FindingsInPlanes:
    """Follows the planes of a window; what is made of one volume is held."""

    def __init__(self, session: Session, findings: Findings) -> None:
        self._findings, self._session = findings, session
        self._outlines: Outlines | None = None
        self._ground: Ground | None = None
        self._lines = Sections[dict[str, Lines]](session.workspace, self._ask_lines, self._on_lines)
        self._maps = Sections[Maps](session.workspace, self._ask_maps, self._on_maps)
        for signal in (findings.changed, findings.chosen_changed, findings.look_changed):
            signal.connect(self._renew)

    def follow(self, viewport: Viewport) -> None:
        self._lines.follow(viewport.pane)
        self._maps.follow(viewport.pane)

    def lines(self, viewport: Viewport) -> dict[str, Lines]:
        """On the plane in a view, px, by the findings' ids."""
        return self._lines.of(viewport.pane) or {}

    def maps(self, viewport: Viewport) -> Maps:
        """What is painted below the lines."""
        return self._maps.of(viewport.pane) or Maps()

    def _renew(self) -> None:
        for pane in self._session.workspace.panes:
            self._lines.renew(pane)
            self._maps.renew(pane)

    def _ask_lines(self, pane: Pane, seen: Seen) -> Wanted[dict[str, Lines]] | None:
        opened = self._findings.opened(pane, planes=True)
        chosen = self._findings.chosen
        listed = () if opened is None else self._findings.list_of(opened).drawn(chosen)
        if opened is None or not listed or not self._findings.shown.outlines:
            return None
        if self._outlines is None or self._outlines.volume is not seen.volume:
            self._outlines = Outlines(seen.volume, opened.indices)
        make = partial(self._outlines.on_picture, listed, seen.on)
        return Wanted(Same(*listed), make, quick=self._outlines.quick(listed, seen.on))

    def _ask_maps(self, pane: Pane, seen: Seen) -> Wanted[Maps] | None:
        opened, shown = self._findings.opened(pane, planes=True), self._findings.shown
        answer = None if opened is None else self._findings.answer_of(opened)
        if answer is None or answer.layers is None or not (shown.emphysema or shown.scores):
            return None
        values = seen.shown.values if shown.emphysema and seen.shown.unit == "HU" else None
        make = partial(self._on(seen, answer.layers).maps, seen.on, values, scores=shown.scores)
        return Wanted((Same(answer.layers), values is not None, shown.scores), make)

    def _on(self, seen: Seen, layers: Layers) -> Ground:
        if self._ground is None or (self._ground.volume, self._ground.layers) != (seen.volume, layers):
            self._ground = Ground(seen.volume, layers)
        return self._ground

    def _on_lines(self, pane: Pane, lines: dict[str, Lines] | None) -> None:
        if lines is None and not any(map(self._lines.of, self._session.workspace.panes)):
            self._outlines = None  # and with it the volume
        self._session.viewport_of(pane).update()

    def _on_maps(self, pane: Pane, maps: Maps | None) -> None:
        if maps is None and not any(map(self._maps.of, self._session.workspace.panes)):
            self._ground = None
        self._session.viewport_of(pane).update()
