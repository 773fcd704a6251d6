"""The desks of a workspace: one a series, with the lungs and comparisons that are found in the background."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from lungview.errors import AnnotationError, GeometryError, LungViewError
from lungview.nodules.second_reader.block import indices_of
from lungview.nodules.work_up.exam import Exam, LungsBefore, Modifiers
from lungview.nodules.work_up.values import Guide, WorkUp
from lungview.study.key import PictureId, picture_id
from lungview.study.series import Series
from lungview.viewer.event import Event
from lungview.viewer.history import Change
from lungview.viewer.nodules import findings as model
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.nodules.opened import Key, Opened, opened_of
from lungview.viewer.studies.listed import study_of
from lungview.viewer.work_up import background
from lungview.viewer.work_up.answers import Answers, to_text
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.questions import Of, Question
from lungview.viewer.work_up.scans import others
from lungview.viewer.workspace import Workspace


class Desks:
    """changed: something was said, or found in the background. told: a sentence for the panel."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.findings = workspace, model.of(workspace)
        self.changed, self.told = Event[()](), Event[str]()
        self._desks: dict[Key, Desk] = {}
        self._known: set[Key] = set()
        self._pictures: dict[Key, PictureId] = {}
        self.findings.changed.connect(self._on_findings)
        self.findings.chosen_changed.connect(self.changed.emit)
        workspace.series_shown.connect(lambda _: self._on_series())
        workspace.active_changed.connect(lambda _: self._on_series())
        self._remember()  # of what is on screen already

    def _on_findings(self) -> None:
        for desk in self._desks.values():
            desk.follow(lambda series: self.findings.all_of(opened_of(series)))
        self.changed.emit()

    def _on_series(self) -> None:
        self._remember()
        self.changed.emit()

    def here(self) -> tuple[Opened, Desk] | None:
        """The series in the active pane, also in planes, and its desk; None where nothing is looked for."""
        opened = self.findings.opened(planes=True)
        if opened is None or opened.why:
            return None
        return opened, self.desk(opened)

    def desk(self, opened: Opened) -> Desk:
        return self._desks.setdefault(opened.key, Desk(opened.series))

    def known(self, key: Key) -> Desk | None:
        """The desk of a series that was worked on."""
        return self._desks.get(key)

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
        """Of the series in the active pane."""
        here = self.here()
        return None if here is None else self.exam_of(*here)

    def exam_of(self, opened: Opened, desk: Desk) -> Exam:
        """Of a series, with the lungs of all other scans of the patient that are open, or why not."""
        made = desk.exam(self.findings.list_of(opened))
        compared = {study_of(each.series) for each in desk.earlier if each.lungs}
        beside = (
            self._lungs_of(each)
            for each in others(desk.series, self.workspace.studies.series)
            if study_of(each) not in compared
        )
        known = sorted((*made.lungs_before, *beside), key=lambda each: each.date)
        return replace(made, lungs_before=tuple(known))

    def _lungs_of(self, series: Series) -> LungsBefore:
        opened = opened_of(series)
        desk, answer = self.known(opened.key), self.findings.answer_of(opened)
        if desk is not None and desk.chest is not None:
            return LungsBefore(series.study.date, desk.chest.quantities)
        if answer is not None and answer.lungs is not None:
            return LungsBefore(series.study.date, answer.lungs)
        try:
            indices_of(series)
        except GeometryError as error:
            return LungsBefore(series.study.date, why=error.message)
        return LungsBefore(series.study.date, why="its lungs were not measured")

    # what the reader says

    def answer(self, question: Question, value: Any) -> None:
        """Keep an answer about the chosen finding or its patient; what cannot be is told, not kept."""
        found = self.chosen()
        if found is not None:
            self._answer(found[1].id, question, value)

    def answer_of_patient(self, question: Question, value: Any) -> None:
        """The same of the patient alone, with no finding chosen: an exam without nodules asks, too."""
        if question.of is Of.PATIENT:
            self._answer("", question, value)

    def _answer(self, finding_id: str, question: Question, value: Any) -> None:
        here = self.here()
        if here is None:
            return
        try:
            after = here[1].answers.answered(finding_id, question, value)
        except LungViewError as error:
            self.told.emit(error.message)
            self.changed.emit()
            return
        self._say(after)

    def write(self, text: str, category: str = "") -> None:
        """The reader's own recommendation for the chosen finding; "" takes it back."""
        found = self.chosen()
        if found is not None:
            self._say(found[0].answers.written(found[1].id, text, category))

    def choose_guide(self, guide: Guide) -> None:
        self._change(guide=guide)

    def modify(self, modifiers: Modifiers) -> None:
        self._change(modifiers=modifiers)

    def impress(self, impression: str) -> None:
        """The impression as it is typed: the field has an undo of its own."""
        here = self.here()
        if here is not None and here[1].answers.impression != impression:
            self._set(*here, replace(here[1].answers, impression=impression))

    def _change(self, **values: Any) -> None:
        here = self.here()
        if here is not None:
            self._say(replace(here[1].answers, **values))

    def _say(self, after: Answers) -> None:
        """Other answers in the active pane's series, undoable."""
        here = self.here()
        if here is None or after == here[1].answers:
            self.changed.emit()
            return
        opened, desk = here
        before = desk.answers
        self.told.emit("")
        self.findings.history.do(
            Change(
                "Answer in the work-up",
                lambda: self._set(opened, desk, before),
                lambda: self._set(opened, desk, after),
                shown=partial(self.findings.bring, opened),
            )
        )

    def _set(self, opened: Opened, desk: Desk, answers: Answers) -> None:
        desk.answers = answers
        self._keep(opened, desk)
        self.changed.emit()

    def _keep(self, opened: Opened, desk: Desk) -> None:
        """In the store, by the picture it was kept by before, else by the one on screen."""
        shown = self.workspace.active.state.slice
        if opened.key not in self._pictures and shown is not None:
            self._pictures[opened.key] = picture_id(shown)
        picture = self._pictures.get(opened.key)
        if picture is None:
            return
        try:
            self.findings.store.put_answers(picture, to_text(desk.answers))
        except AnnotationError as error:  # the reader goes on, and is told
            self.told.emit(error.message)

    def _remember(self) -> None:
        """What was answered before, once a series; an answer given meanwhile goes before it."""
        here = self.here()
        if here is None or here[0].key in self._known:
            return
        opened, desk = here
        self._known.add(opened.key)
        self.workspace.background.run(
            background.remembered,
            self.findings.store,
            opened.series,
            self.workspace.read,
            on_result=partial(self._on_remembered, opened, desk),
            on_error=lambda error: self.told.emit(sentence(error)),
        )

    def _on_remembered(self, opened: Opened, desk: Desk, found: background.Remembered | None) -> None:
        if found is not None:
            self._pictures[opened.key] = found.picture
            if desk.answers == Answers():
                desk.answers = found.answers
                self.changed.emit()

    def found(self, desk: Desk, **values: Any) -> None:
        """What the background found of a series."""
        for name, value in values.items():
            setattr(desk, name, value)
        self.changed.emit()


def sentence(error: BaseException) -> str:
    """What an error says to a reader."""
    if isinstance(error, LungViewError):
        return error.message
    return f"it stopped: {type(error).__name__}"


def of(workspace: Workspace) -> Desks:
    """The workspace's desks; made when first asked for."""
    return workspace.services.one(Desks, lambda: Desks(workspace))
