"""Answers are kept as text and come back as they were."""

from __future__ import annotations

import pytest

from lungview.nodules.guidelines.lung_rads import Incomplete
from lungview.nodules.guidelines.lung_rads_nodule import Seen
from lungview.nodules.work_up.exam import Modifiers
from lungview.nodules.work_up.values import Guide
from lungview.viewer.work_up.answers import Answers, from_text, to_text
from lungview.viewer.work_up.questions import QUESTIONS, Question


def by_id(name: str) -> Question:
    return next(q for q in QUESTIONS if q.id == name)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_answer_comes_back_as_it_was(question: Question) -> None:
    for value in [value for value, _ in question.choices] or [3]:
        answers = Answers().answered("a", question, value)
        assert from_text(to_text(answers)) == answers


def test_what_is_said_of_the_exam_comes_back_as_it_was() -> None:
    answers = Answers(
        Guide.FLEISCHNER, modifiers=Modifiers(True, True, True, Incomplete.PRIOR), impression="Nothing."
    ).written("b", "Tumour board", "4X")
    assert from_text(to_text(answers)) == answers


def test_no_answers_are_no_text() -> None:
    assert to_text(Answers()) == ""
    taken_back = (
        Answers()
        .answered("a", by_id("screening.seen"), Seen.NEW)
        .answered("a", by_id("screening.seen"), None)
    )
    assert to_text(taken_back) == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"guide": "X"}', '{"guide": 1, "incomplete": null}'])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kept here"):
        from_text(text)


def test_a_number_that_cannot_be_is_refused_as_a_whole() -> None:
    kept = to_text(Answers().answered("a", by_id("screening.mean_mm"), 7.0)).replace("7.0", "-7.0")
    with pytest.raises(ValueError, match="kept here"):
        from_text(kept)
