"""The desks of a window: one a series, with the lungs and comparisons that are found in the background."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from lungview.errors import LungViewError
from lungview.image.slice import Instance, Slice
from lungview.nodules.work_up.exam import Exam, Modifiers
from lungview.nodules.work_up.values import Guide, WorkUp
from lungview.study.series import Series
from lungview.ui.nodules import findings as model
from lungview.ui.report.reports import layout_of
from lungview.ui.studies.session import Session
from lungview.ui.studies.tasks import Task
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.nodules.opened import Key, Opened, opened_of
from lungview.viewer.work_up import background
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.questions import Question


class Desks(QObject):
    """changed: something was said, or found in the background. told: a sentence for the panel."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("desks")
        self.session, self.findings = session, model.of(session)
        self._desks: dict[Key, Desk] = {}
        self._task: Task | None = None
        self._looking: set[Key] = set()
        self.findings.changed.connect(self.changed)
        self.findings.chosen_changed.connect(self.changed)
        for signal in (session.series_shown, session.active_changed):
            signal.connect(lambda _: self.changed.emit())
        session.replaced.connect(self.stop)

    @property
    def comparing(self) -> bool:
        return self._task is not None

    def here(self) -> tuple[Opened, Desk] | None:
        """The series in the active view and its desk; None where findings are not looked for in it."""
        opened = self.findings.opened()
        if opened is None or opened.why:
            return None
        return opened, self.desk(opened)

    def desk(self, opened: Opened) -> Desk:
        return self._desks.setdefault(opened.key, Desk(opened.series))

    def chosen(self) -> tuple[Desk, Listed, FindingList] | None:
        """The desk, the chosen finding of its series, and all findings there."""
        here = self.here()
        if here is None:
            return None
        findings = self.findings.list_of(here[0])
        listed = findings.find(self.findings.chosen)
        return None if listed is None else (here[1], listed, findings)

    def work_up(self) -> WorkUp | None:
        """Of the chosen finding."""
        found = self.chosen()
        return None if found is None else found[0].work_up(found[1], found[2])

    def exam(self) -> Exam | None:
        """Of the series in the active view."""
        here = self.here()
        return None if here is None else here[1].exam(self.findings.list_of(here[0]))

    # what the reader says

    def answer(self, question: Question, value: Any) -> None:
        """Keep an answer about the chosen finding or its patient; what cannot be is told, not kept."""
        found = self.chosen()
        if found is None:
            return
        desk, listed, _ = found
        try:
            desk.answer(listed, question, value)
        except LungViewError as error:
            self.told.emit(error.message)
        else:
            self.told.emit("")
        self.changed.emit()

    def write(self, text: str, category: str = "") -> None:
        """The reader's own recommendation for the chosen finding; "" takes it back."""
        found = self.chosen()
        if found is not None:
            found[0].write(found[1], text, category)
            self.changed.emit()

    def choose_guide(self, guide: Guide) -> None:
        self._set(guide=guide)

    def modify(self, modifiers: Modifiers) -> None:
        self._set(modifiers=modifiers)

    def impress(self, impression: str) -> None:
        self._set(impression=impression)

    def _set(self, **values: Any) -> None:
        here = self.here()
        if here is not None and any(getattr(here[1], name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(here[1], name, value)
            self.changed.emit()

    # what is found in the background

    def look_over(self) -> None:
        """Find the lungs of the series in the active view, once: they suggest lobes and emphysema."""
        here = self.here()
        if here is None or here[1].chest is not None or here[0].key in self._looking:
            return
        opened, desk = here
        self._looking.add(opened.key)
        self.session.idle.run(
            background.chest_of,
            opened.series,
            self.findings.held,
            self._read,
            on_result=lambda found: self._found(desk, chest=found),
            on_error=lambda error: self.told.emit(_sentence(error)),
        )

    def priors(self) -> tuple[tuple[Series, str], ...]:
        """Series of the session to compare with, and why one may not be ("" where it may)."""
        here = self.here()
        return () if here is None else background.priors_of(here[0].series, self.session.series)

    def compare(self, prior: Series) -> None:
        """Compare the findings of the series in the active view with those of a prior one."""
        here = self.here()
        if here is None:
            return
        self.stop()
        (opened, desk), before = here, opened_of(prior)
        self._task = self.session.inference.stream(
            background.against_prior,
            background.Scanned(opened.series, self.findings.list_of(opened), desk.chest),
            self._scanned(before),
            self.findings.held,
            self._read,
            on_event=self.told.emit,
            on_result=partial(self._on_compared, desk),
            on_error=self._on_error,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Stop comparing."""
        if self._task is not None:
            self._task.cancel()
            self._end("")

    def save(self, path: Path) -> None:
        """Write the exam's work-up in the background, laid out as reports are; how it went is told."""
        here = self.here()
        if here is not None:
            opened, desk = here
            findings = self.findings.list_of(opened)
            located = tuple(each.located for each in findings.accepted)
            self.session.tasks.run(
                background.save,
                background.Draft(desk.exam(findings), located, opened.indices),
                path,
                layout_of(self.session.settings),
                self._read,
                on_result=lambda _: self.told.emit(self.tr("Written: %1").replace("%1", path.name)),
                on_error=lambda error: self.told.emit(_sentence(error)),
            )

    def _scanned(self, before: Opened) -> background.Scanned:
        findings = self.findings.all_of(before)
        looked = self.findings.answered(before) or bool(findings.all)
        known = self._desks.get(before.key)
        return background.Scanned(before.series, findings, known.chest if known else None, looked)

    def _on_compared(self, desk: Desk, found: background.Compared) -> None:
        self._end("")
        self._found(desk, chest=found.chest, comparison=found.comparison)

    def _on_error(self, error: BaseException) -> None:
        self._end(_sentence(error))

    def _end(self, sentence: str) -> None:
        self._task = None
        self.told.emit(sentence)
        self.changed.emit()

    def _found(self, desk: Desk, **values: Any) -> None:
        for name, value in values.items():
            setattr(desk, name, value)
        self.changed.emit()

    def _read(self, instance: Instance) -> Slice:
        from lungview.image.readers import read_instance

        # Not `get`: three hundred slices read once would push out those the reader scrolls through.
        return self.session.cache.peek(instance) or read_instance(instance)


def _sentence(error: BaseException) -> str:
    if isinstance(error, LungViewError):
        return error.message
    return f"it stopped: {type(error).__name__}"


def of(session: Session) -> Desks:
    """The session's desks; made when first asked for."""
    found = session.findChild(Desks, "desks")
    return found if isinstance(found, Desks) else Desks(session)
