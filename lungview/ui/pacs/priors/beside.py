"""One earlier study opened beside the one that is read: fetched where it is not here, shown as it comes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lungview.ui.layout.layouts import Layouts
from lungview.ui.pacs import words
from lungview.viewer.archives import work
from lungview.viewer.archives.arriving import Arriving
from lungview.viewer.archives.priors import Prior, likeness, now_of
from lungview.viewer.archives.work import Broken, Came
from lungview.viewer.common.retrieved import place_of
from lungview.viewer.studies.prior import likest

if TYPE_CHECKING:
    from lungview.remote_nodes import RemoteNode
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.ui.studies.tasks import Task, Tasks


class Beside(QObject):
    """now: the series that stays on the left. tasks: where the archive is asked."""

    told = Signal(object)  # Came | Broken
    ended = Signal(str)  # why not all of it is there, "" mostly

    def __init__(self, session: Session, tasks: Tasks, now: Series, prior: Prior, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._tasks, self._now = session, tasks, now
        self.prior = prior
        self._fault = ""
        self._task: Task | None = None
        self._arriving = Arriving(session.workspace, adds=True)
        self._arriving.complete.connect(self._on_complete)

    def start(self, node: RemoteNode) -> None:
        """Show it, or make room for it and have it come."""
        if self._here():
            self._finish()
            return
        self._lay_out(None)
        order = partial(likeness, now_of(self._now))
        self._task = self._tasks.stream(
            work.retrieve, node, self.prior.study, order,
            on_event=self._on_event, on_result=self._on_result, on_error=self._on_error,
        )  # fmt: skip

    def stop(self) -> None:
        """What has come stays."""
        if self._task is not None:
            self._task.cancel()
            self._end(self.tr("Stopped. What has come stays."))

    def _on_event(self, event: Came | Broken) -> None:
        if isinstance(event, Came) and event.count:
            self._arriving.came(event.folder)
        self.told.emit(event)

    def _on_result(self, result: tuple[int, int]) -> None:
        came, missing = result
        said = self.tr("The archive did not give %1.").replace("%1", str(missing)) if missing else ""
        self._end(said if came else self.tr("Nothing of it came."))

    def _on_error(self, error: BaseException) -> None:
        self._end(words.failure(error))

    def _end(self, fault: str) -> None:
        self._task, self._fault = None, fault
        if not self._arriving.ended():
            self._finish()

    def _on_complete(self) -> None:
        if self._task is None:
            self._finish()

    def _finish(self) -> None:
        self._arriving.close()
        best = likest(self._now, self._here())
        if best is not None and not self._is_beside(best):
            self._lay_out(best)
        elif best is not None and self._session.viewport is self._session.viewports[1]:
            self._session.activate(self._session.viewports[0])  # keys and panels mean the study that is read
        self.ended.emit(self._fault)

    def _is_beside(self, series: Series) -> bool:
        """Whether it came into the room that was made for it, where the reader may be at work by now."""
        others = self._session.viewports[1:2]
        shown = [self._session.stack_of(each).origin for each in others if each.pane.in_sight()]
        return any(each is not None and each.key == series.key for each in shown)

    def _here(self) -> list[Series]:
        """Its series that are listed, from the archive or opened by the reader."""
        place = place_of(self.prior.study.study_uid)
        uid = self.prior.study.study_uid
        return [
            each
            for each in self._session.series
            if each.study.study_instance_uid == uid
            and (each.patient == self._now.patient or _lies_in(each, place))
        ]

    def _lay_out(self, prior: Series | None) -> None:
        layouts = self._session.workspace.services.find(Layouts)
        now = next((s for s in self._session.series if s.key == self._now.key), None)
        if layouts is not None and now is not None:
            layouts.compare(now, prior)


def _lies_in(series: Series, folder: object) -> bool:
    return any(folder in each.path.parents for each in series.instances[:1])
