"""The lungs of a series and of the same person's other scans, measured in the background."""

from __future__ import annotations

from lungview.report.lungs.words import Scan
from lungview.study.series import Series
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.nodules.opened import opened_of
from lungview.viewer.quantification import background
from lungview.viewer.quantification.background import Measured
from lungview.viewer.work_up import desks as model
from lungview.viewer.work_up.scans import others
from lungview.viewer.workspace import Workspace


class Measuring:
    """Of one series. What is found is kept at the desks of its series, so that nothing is measured twice.

    changed: a scan was measured, or all are.
    """

    def __init__(self, workspace: Workspace, series: Series) -> None:
        self.changed = Event[()]()
        self._workspace, self._desks = workspace, model.of(workspace)
        self.series = series
        self.whys: list[tuple[Series, str]] = []
        self._all = (series, *others(series, workspace.studies.series))
        self._todo = [each for each in self._all if self._desks.desk(opened_of(each)).chest is None]
        self._task: Call | None = None

    def begin(self) -> None:
        """Measure what was not measured before."""
        if self._todo:
            self._task = self._workspace.inference.stream(
                background.measure,
                tuple(self._todo),
                self._desks.findings.held,
                self._workspace.read,
                on_event=self._on_measured,
                on_result=lambda _: self._end(),
                on_error=lambda error: self._end(model.sentence(error)),
            )

    def stop(self) -> None:
        """Measure no more, and tell no one."""
        self.changed = Event[()]()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def left(self) -> int:
        """How many scans are still to be measured."""
        return len(self._todo) if self._task is not None else 0

    def scan(self, series: Series) -> Scan | None:
        """What was measured of a series."""
        chest = self._desks.desk(opened_of(series)).chest
        return None if chest is None else Scan(series.study.date, chest.quantities, series.description)

    @property
    def scans(self) -> tuple[Scan, ...]:
        """All that were measured, or could not be, the other scans first, by date; the series itself last."""
        found = (self._told(each) for each in (*self._all[1:], self.series))
        return tuple(each for each in found if each is not None)

    def _told(self, series: Series) -> Scan | None:
        """What is known of a scan; None while it is still to be measured."""
        measured, why = self.scan(series), self.why(series)
        if measured is not None or not why:
            return measured
        return Scan(series.study.date, None, series.description, why)

    def why(self, series: Series) -> str:
        """Why a series could not be measured; "" where it was, or will be."""
        return next((why for each, why in self.whys if each is series), "")

    def _on_measured(self, found: Measured) -> None:
        self._todo = [each for each in self._todo if each is not found.series]
        if found.chest is None:
            self.whys.append((found.series, found.why))
        else:
            self._desks.found(self._desks.desk(opened_of(found.series)), chest=found.chest)
        self.changed.emit()

    def _end(self, sentence: str = "") -> None:
        self._task = None
        if sentence:
            self.whys += [(each, sentence) for each in self._todo]
        self.changed.emit()
