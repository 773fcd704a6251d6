"""Desks without a window: what is said of findings, undone, kept, and told of."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lungview.errors import AnnotationError
from lungview.nodules.finding import Status
from lungview.nodules.work_up.values import Guide
from lungview.viewer.nodules.opened import opened_of
from lungview.viewer.panes.pane import Pane
from lungview.viewer.work_up import desks as all_desks
from lungview.viewer.work_up.questions import QUESTIONS
from lungview.viewer.workspace import Workspace
from tests.in_memory import STUDY
from tests.viewer.nodules.conftest import findings, looked, series, told

__all__ = ["findings", "looked", "series"]
ASKED = {question.id: question for question in QUESTIONS}


@pytest.fixture
def desks(opened, looked):
    """With the first finding of the model chosen."""
    made = all_desks.of(opened.workspace)
    looked.choose(looked.list_of(looked.opened()).models[0].id)
    opened.hand.work()
    return made


def smoker(desks) -> bool | None:
    return desks.here()[1].answers.of_patient.risk.smoker


def test_an_answer_is_undone_and_done_again(desks, looked):
    desks.answer(ASKED["risk.smoker"], True)
    assert (smoker(desks), looked.history.undo_text) == (True, "Answer in the work-up")
    looked.history.undo()
    assert smoker(desks) is None
    looked.history.redo()
    assert smoker(desks) is True


def test_an_answer_that_cannot_be_is_told_and_not_kept(desks):
    told = []
    desks.told.connect(told.append)
    desks.answer(ASKED["risk.age_years"], math.nan)
    assert len(told) == 1
    assert "expected a number, found nan" in told[0]
    assert desks.here()[1].answers.of_patient.risk.age_years is None


def test_what_was_said_is_known_again_in_another_session(opened, desks, series):
    desks.answer(ASKED["risk.smoker"], True)
    desks.impress("Kept.")

    later = Workspace(opened.hand, cache=opened.cache)
    later.add(Pane())
    again = all_desks.of(later)
    later.show(series)
    opened.hand.work()

    assert (smoker(again), again.here()[1].answers.impression) == (True, "Kept.")


def test_a_store_that_fails_is_told_and_the_answer_stands(desks, looked, monkeypatch):
    def full(*_: object) -> None:
        raise AnnotationError("the answers cannot be kept")

    told = []
    desks.told.connect(told.append)
    monkeypatch.setattr(looked.store, "put_answers", full)
    desks.choose_guide(Guide.FLEISCHNER)

    assert told == ["", "the answers cannot be kept"]
    assert desks.here()[1].answers.guide is Guide.FLEISCHNER


def test_the_exam_has_what_was_accepted_alone(desks, looked):
    assert desks.exam().rows == ()
    looked.decide(Status.ACCEPTED)
    assert [row.label for row in desks.exam().rows] == ["M1"]


def test_lungs_that_the_search_for_findings_measured_are_among_those_of_other_scans(
    opened, desks, looked, series
):
    before = replace(
        series,
        key="b",
        uid="2",
        instances=opened.series("b", 6).instances,
        study=replace(STUDY, study_instance_uid="9", date="20200101"),
    )
    opened.workspace.studies.series.append(before)
    assert [each.lungs for each in desks.exam().lungs_before] == [None]
    said, lungs = told(opened, before), object()
    looked.take(opened_of(before), replace(said, answer=replace(said.answer, lungs=lungs)))
    assert [each.lungs for each in desks.exam().lungs_before] == [lungs]


def test_where_no_findings_are_looked_for_there_is_no_desk(opened, desks):
    opened.workspace.show(opened.series("c", 5, modality="MR"))
    assert (desks.here(), desks.exam(), desks.work_up()) == (None, None, None)


def test_without_a_chosen_finding_nothing_is_answered(desks, looked):
    looked.choose("")
    desks.answer(ASKED["risk.smoker"], True)
    assert smoker(desks) is None
