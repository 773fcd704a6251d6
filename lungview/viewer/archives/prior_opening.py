"""One earlier study opened beside the one that is read: fetched where it is not here, shown as it comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from lungview.viewer.archives import work
from lungview.viewer.archives.arriving import Arriving
from lungview.viewer.archives.priors import Prior, likeness, now_of
from lungview.viewer.archives.work import Broken, Came
from lungview.viewer.common.retrieved import place_of
from lungview.viewer.event import Event
from lungview.viewer.studies.prior import likest

if TYPE_CHECKING:
    from pathlib import Path

    from lungview.remote_nodes import RemoteNode
    from lungview.study.series import Series
    from lungview.viewer.common.background import Background, Call
    from lungview.viewer.workspace import Workspace

Fault = str | BaseException
"""What went wrong: a sentence in English, or an error with its sentence and hint; "" for nothing."""
LayOut = Callable[["Series", "Series | None"], None]
"""Shows two series beside each other, the first active; room for what is to come in place of the second."""


class PriorOpening:
    """background: where the archive is asked. now: the series that stays on the left.

    told: how far it is. ended: why not all of it is there, "" mostly.
    """

    def __init__(
        self, workspace: Workspace, background: Background, now: Series, prior: Prior, lay_out: LayOut
    ) -> None:
        self.told = Event[Came | Broken]()
        self.ended = Event[Fault]()
        self.prior = prior
        self._workspace, self._background, self._now = workspace, background, now
        self._lay_out_two = lay_out
        self._fault: Fault = ""
        self._task: Call | None = None
        self._arriving = Arriving(workspace, adds=True)
        self._arriving.complete.connect(self._on_complete)

    def start(self, node: RemoteNode) -> None:
        """Show it, or make room for it and have it come."""
        if self._here():
            self._finish()
            return
        self._lay_out(None)
        order = partial(likeness, now_of(self._now))
        self._task = self._background.stream(
            work.retrieve, node, self.prior.study, order,
            on_event=self._on_event, on_result=self._on_result, on_error=self._end,
        )  # fmt: skip

    def stop(self) -> None:
        """What has come stays."""
        if self._task is not None:
            self._task.cancel()
            self._end("Stopped. What has come stays.")

    def _on_event(self, event: Came | Broken) -> None:
        if isinstance(event, Came) and event.count:
            self._arriving.came(event.folder)
        self.told.emit(event)

    def _on_result(self, result: tuple[int, int]) -> None:
        came, missing = result
        said = f"The archive did not give {missing}." if missing else ""
        self._end(said if came else "Nothing of it came.")

    def _end(self, fault: Fault) -> None:
        self._task, self._fault = None, fault
        if not self._arriving.ended():
            self._finish()

    def _on_complete(self) -> None:
        if self._task is None:
            self._finish()

    def _finish(self) -> None:
        self._arriving.close()
        panes, best = self._workspace.panes, likest(self._now, self._here())
        if best is not None and not self._is_beside(best):
            self._lay_out(best)
        elif best is not None and self._workspace.active is panes[1]:
            self._workspace.activate(panes[0])  # keys and panels mean the study that is read
        self.ended.emit(self._fault)

    def _is_beside(self, series: Series) -> bool:
        """Whether it came into the room that was made for it, where the reader may be at work by now."""
        others = self._workspace.panes[1:2]
        shown = [self._workspace.stack_of(each).origin for each in others if each.in_sight()]
        return any(each is not None and each.key == series.key for each in shown)

    def _here(self) -> list[Series]:
        """Its series that are listed, from the archive or opened by the reader."""
        uid = self.prior.study.study_uid
        place = place_of(uid)
        return [
            each
            for each in self._workspace.studies.series
            if each.study.study_instance_uid == uid
            and (each.patient == self._now.patient or _lies_in(each, place))
        ]

    def _lay_out(self, prior: Series | None) -> None:
        now = next((s for s in self._workspace.studies.series if s.key == self._now.key), None)
        if now is not None:
            self._lay_out_two(now, prior)


def _lies_in(series: Series, folder: Path) -> bool:
    return any(folder in each.path.parents for each in series.instances[:1])
