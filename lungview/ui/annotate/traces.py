"""The reader's marks of slices where they cut the planes of a window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lungview.marks.annotation import Annotation
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.marks_list.listed import listed
from lungview.viewer.mpr.mark_traces import traces
from lungview.viewer.mpr.sections import Same, Sections, Seen, Wanted

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.viewer.marks_list.listed import Listed
    from lungview.viewer.panes.pane import Pane


class MarkTraces:
    """Follows the views of a window, and what is drawn."""

    def __init__(self, session: Session) -> None:
        self._session, self._annotations = session, session.workspace.annotations
        self._placed: tuple[Series, tuple[Listed, ...]] | None = None
        self._sections = Sections[tuple[Annotation, ...]](session.workspace, self._ask, self._on_come)
        self._annotations.changed.connect(lambda _: self._renew())
        self._annotations.recognised.connect(self._renew)

    def follow(self, viewport: Viewport) -> None:
        self._sections.follow(viewport.pane)

    def on(self, viewport: Viewport) -> tuple[Annotation, ...]:
        """What is seen on the plane in a view, in its pixels; () where there is no plane."""
        return self._sections.of(viewport.pane) or ()

    def _renew(self) -> None:
        self._placed = None
        for pane in self._session.workspace.panes:
            self._sections.renew(pane)

    def _on_come(self, pane: Pane, _: tuple[Annotation, ...] | None) -> None:
        self._session.viewport_of(pane).update()

    def _ask(self, _: Pane, seen: Seen) -> Wanted[tuple[Annotation, ...]] | None:
        found = self._on_slices(seen.series)
        if not found:
            return None
        step = seen.volume.step_mm(seen.on.plane.normal)
        return Wanted(Same(*found), partial(traces, found, seen.on, step), quick=True)

    def _on_slices(self, series: Series) -> tuple[Listed, ...]:
        """The marks in sight on the slices of a series: looked for once, until marks change."""
        if self._placed is None or self._placed[0] is not series:
            marks = self._annotations.of_study(series.study.study_instance_uid)
            found = listed(series, marks, (series,), self._annotations.seen)
            shown = (each for each in found if each.drawn.id not in self._annotations.hidden)
            self._placed = series, tuple(each for each in shown if each.place is not None)
        return self._placed[1]
