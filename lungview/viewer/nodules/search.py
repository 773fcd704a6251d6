"""The second reader at work on a series: begun by the reader or by itself, with progress, until cancelled."""

from __future__ import annotations

from functools import partial
from typing import Any

from lungview.errors import LungViewError
from lungview.nodules.answer import PixelBox
from lungview.nodules.second_reader import steps
from lungview.nodules.second_reader.block import Point
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.nodules import findings as model
from lungview.viewer.nodules import work
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.nodules.opened import Opened
from lungview.viewer.workspace import Workspace

SETTLE = 400  # ms that a series stays on screen before it is looked through unasked
STEPS = (steps.READ, steps.LUNGS, steps.SEARCH, steps.OUTLINE)


class Search:
    """Looks through the series in the active pane, one at a time, and measures what the reader points at.

    progressed: step, how much of it is done, of how much. said: one sentence, why there is no answer.
    refused: why there is no nodule at a place that the reader named. sentence: what was said or refused last
    of what is chosen in the active pane, "" where nothing was.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self.findings = workspace, model.of(workspace)
        self.progressed, self.busy_changed = Event[str, int, int](), Event[bool]()
        self.said, self.refused = Event[str](), Event[str]()
        self.measured, self.sentence = Event[Listed](), ""
        self.at: Opened | None = None  # what is being looked through
        self._task: Call | None = None
        self._measuring: Call | None = None
        self._known: set[object] = set()
        self._timer = workspace.background.timer(SETTLE, self._by_itself)
        for told in (self.said, self.refused):
            told.connect(self._keep)
        self.measured.connect(lambda _: self._keep(""))
        self.findings.chosen_changed.connect(lambda: self._keep(""))
        workspace.series_shown.connect(lambda _: self._on_series())
        workspace.active_changed.connect(lambda _: self._on_series())
        workspace.settings_changed.connect(lambda _: self._timer.start())
        workspace.news.ended.connect(lambda _: self._timer.start())
        workspace.news.replaced.connect(self.cancel)
        self._on_series()

    @property
    def busy(self) -> bool:
        return self._task is not None

    def busy_with(self, opened: Opened | None) -> bool:
        """Whether a series is being looked through."""
        return self.busy and opened is not None and self.at is not None and self.at.key == opened.key

    def run(self) -> None:
        """Look through the series in the active pane."""
        opened = self.findings.opened(planes=True)
        if opened is None or self.busy_with(opened):
            return
        if opened.why:
            self.said.emit(opened.why)
            return
        self.cancel()
        self.at = opened
        self._task = self._workspace.inference.stream(
            work.look,
            opened.series,
            self.findings.held,
            self._workspace.read,
            on_event=partial(self._on_event, opened),
            on_result=partial(self._on_answer, opened),
            on_error=self._on_error,
        )
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Stop; what was found until now stays in the list."""
        if self._task is not None:
            self._task.cancel()
            self._end()

    def measure_point(self, opened: Opened, point_mm: Point) -> None:
        """Outline and measure the nodule at a place in the patient."""
        self._measure(
            opened,
            partial(work.at_point, opened.series, self.findings.held, self._workspace.read, point_mm),
        )

    def measure_box(self, opened: Opened, box: PixelBox, index: int) -> None:
        """Outline and measure the nodule in a box on a slice of the series."""
        held = self.findings.held
        self._measure(opened, partial(work.in_box, opened.series, held, self._workspace.read, box, index))

    def hold(self) -> None:
        """Build the volume of the series in the active pane: a click will ask for it."""
        opened = self.findings.opened()
        if opened is not None and not opened.why:
            held = self.findings.held
            self._workspace.idle.run(
                work.hold,
                opened.series,
                held,
                self._workspace.read,
                on_result=_nothing,
                on_error=_nothing,
            )

    def _measure(self, opened: Opened, call: Any) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
        self._measuring = self._workspace.inference.run(
            call, on_result=partial(self._on_measured, opened), on_error=self._on_unmeasured
        )

    def _on_measured(self, opened: Opened, told: work.Told) -> None:
        self._measuring = None
        if told.answer.reasons:
            self.refused.emit(_whole(told.answer.reasons[0]))
            return
        listed = self.findings.add(opened, told.answer.findings[0], told.pictures)
        self.measured.emit(listed)

    def _on_unmeasured(self, error: BaseException) -> None:
        self._measuring = None
        self.refused.emit(_sentence(error))

    def _on_event(self, opened: Opened, event: tuple[Any, ...]) -> None:
        if len(event) == 3 and event[0] in STEPS:
            self.progressed.emit(*event)
        else:
            self.findings.heard(opened, event, "")

    def _on_answer(self, opened: Opened, told: work.Told) -> None:
        self._end()
        self.findings.take(opened, told)
        self.said.emit(_whole(told.answer.reasons[0]) if told.answer.reasons else "")

    def _on_error(self, error: BaseException) -> None:
        self._end()
        self.said.emit(_sentence(error))

    def _end(self) -> None:
        self._task, self.at = None, None
        self.busy_changed.emit(False)

    def _on_series(self) -> None:
        """First what the reader made of the series before; the model when asked, or by itself."""
        self._keep("")
        opened = self.findings.opened()
        if opened is not None and opened.indices and opened.key not in self._known:
            self._known.add(opened.key)
            self._workspace.background.run(
                work.remembered,
                self.findings.store,
                opened.series,
                opened.indices,
                self._workspace.read,
                on_result=partial(self.findings.remember, opened),
                on_error=lambda error: self._workspace.news.told.emit(_sentence(error)),
            )
        self._timer.start()

    def _keep(self, sentence: str) -> None:
        self.sentence = sentence

    def _by_itself(self) -> None:
        opened = self.findings.opened()
        wanted = (
            self._workspace.settings.auto_findings and not self._workspace.listing.running and not self.busy
        )
        if wanted and opened is not None and not opened.why and not self.findings.answered(opened):
            self.run()


def _sentence(error: BaseException) -> str:
    if isinstance(error, LungViewError):
        return _whole(str(error))
    return f"The search stopped: {type(error).__name__}"


def _whole(reason: str) -> str:
    """A reason as a sentence of its own."""
    return f"{reason[:1].upper()}{reason[1:]}"


def _nothing(_: object) -> None:
    """What cannot be read says so when it is asked for."""


def of(workspace: Workspace) -> Search:
    """The workspace's search; made when first asked for."""
    return workspace.services.one(Search, lambda: Search(workspace))
