"""Corrections of the chosen finding's outline, one after the other, measured anew and undoable."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lungview.nodules.outlining import edit
from lungview.nodules.outlining.outline import Outline
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.nodules import findings as model
from lungview.viewer.nodules import work
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.nodules.opened import Opened
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace

RADII_MM = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)

Change = Callable[[Outline, np.ndarray], Outline]  # of the outline and the scan's HU


@dataclass(frozen=True, slots=True)
class _Asked:
    opened: Opened
    finding_id: str
    change: Change


class Edits:
    """radius_mm: of the brush. refused: one sentence, why an outline stays as it is."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._findings = workspace, model.of(workspace)
        self.refused, self.radius_changed = Event[str](), Event[float]()
        self.radius_mm = 3.0
        self._asked: deque[_Asked] = deque()
        self._task: Call | None = None
        workspace.news.replaced.connect(self._asked.clear)

    def target(self, pane: Pane) -> tuple[Opened, Listed] | None:
        """The chosen finding, where it is of the series in a pane and has an outline."""
        opened = self._findings.opened(pane)
        listed = None if opened is None else self._findings.list_of(opened).find(self._findings.chosen)
        if opened is None or listed is None or listed.located.finding.outline is None:
            return None
        return opened, listed

    def resize(self, step: int) -> None:
        """Take the next larger (1) or smaller (−1) brush."""
        at = min(max(RADII_MM.index(self.radius_mm) + step, 0), len(RADII_MM) - 1)
        self.radius_mm = RADII_MM[at]
        self.radius_changed.emit(self.radius_mm)

    def stroke(self, pane: Pane, places: Sequence[tuple[float, float]], *, add: bool) -> None:
        """Paint on the slice in a pane, or rub out. places: row and column in voxels, along the stroke."""
        target, index = self.target(pane), pane.state.index
        if target is None or index not in target[0].indices:
            self.refused.emit("Choose a finding with an outline first")
            return
        z = target[0].indices.index(index)
        radius = self.radius_mm
        self._ask(*target, lambda outline, _: edit.stroke(outline, z, places, radius, add=add))

    def threshold(self, low_hu: float, high_hu: float) -> None:
        """Keep of the chosen outline what lies in a range of HU."""
        target = self.target(self._workspace.active)
        if target is None:
            self.refused.emit("Choose a finding with an outline first")
            return
        self._ask(*target, lambda outline, hu: edit.threshold(outline, hu, low_hu, high_hu))

    def _ask(self, opened: Opened, listed: Listed, change: Change) -> None:
        self._asked.append(_Asked(opened, listed.id, change))
        if self._task is None:
            self._next()

    def _next(self) -> None:
        """Each begins with what the one before has made."""
        self._task = None
        while self._asked and self._task is None:
            asked = self._asked.popleft()
            listed = self._findings.all_of(asked.opened).find(asked.finding_id)
            if listed is not None:
                self._task = self._workspace.inference.run(
                    partial(work.redrawn, asked.opened.series, self._findings.held, self._workspace.read),
                    listed.located,
                    asked.change,
                    on_result=partial(self._on_redrawn, asked.opened, listed),
                    on_error=self._on_refused,
                )

    def _on_redrawn(self, opened: Opened, before: Listed, told: work.Redrawn) -> None:
        self._findings.redraw(opened, before, told.located, told.pictures)
        self._next()

    def _on_refused(self, error: BaseException) -> None:
        said = getattr(error, "message", "") or type(error).__name__
        self.refused.emit(f"{said[:1].upper()}{said[1:]}")
        self._next()


def of(workspace: Workspace) -> Edits:
    """The workspace's corrections; made when first asked for."""
    return workspace.services.one(Edits, lambda: Edits(workspace))
