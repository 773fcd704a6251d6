"""What is said at the desk, and the work-ups that follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.errors import InputError
from lungview.image.slice import Instance, Patient, Study
from lungview.nodules.answer import Located
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.guidelines.advice import Asked, Recommendation
from lungview.nodules.guidelines.lung_rads_nodule import Seen
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.risk.inputs import PriorCancer, Sex, Uptake
from lungview.nodules.work_up.exam import Modifiers
from lungview.nodules.work_up.values import Guide, Said
from lungview.study.series import Series
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.work_up.answers import Answers
from lungview.viewer.work_up.desk import Desk, named
from lungview.viewer.work_up.questions import QUESTIONS, Of, Question

SERIES = Series(
    "k", "1.2.3", "Thorax", "CT", (Instance(Path("a")),) * 60, 512, 512,
    patient=Patient(birth_date="19620115", sex="F"), study=Study("1.2", date="20240131"),
)  # fmt: skip


def listed(name: str = "", mm: float = 10.0, status: Status = Status.ACCEPTED) -> Listed:
    finding = Finding(
        (3, 9), Source.MODEL, status, (-60.0, 10.0, -150.0),
        long_mm=mm, short_mm=mm - 2, volume_mm3=380.0, density=Density.SOLID,
    )  # fmt: skip
    return Listed(Located(finding, 44, (1.0, 1.0, 9.0, 9.0)), name)


def question(id_: str) -> Question:
    return next(q for q in QUESTIONS if q.id == id_)


def answered(desk: Desk, each: Listed, **answers: object) -> None:
    for name, value in answers.items():
        desk.answers = desk.answers.answered(each.id, question(name.replace("__", ".")), value)


def test_every_question_has_an_id_of_its_own_and_a_field_that_holds_its_answer() -> None:
    assert len({q.id for q in QUESTIONS}) == len(QUESTIONS)
    assert all(q.answer(Said()) is None for q in QUESTIONS)


@pytest.mark.parametrize("each", [q for q in QUESTIONS if q.choices], ids=lambda q: q.id)
def test_every_choice_can_be_said_and_taken_back(each: Question) -> None:
    for value, _ in each.choices:
        said = each.answered(Said(), value)
        assert each.answer(said) == value
        assert each.answered(said, None) == Said()


def test_what_is_said_of_the_patient_counts_for_every_nodule() -> None:
    desk, one, other = Desk(SERIES), listed(), listed()
    answered(desk, one, risk__smoker=True, risk__spiculated=True)
    assert desk.answers.of(other.id).risk.smoker is True
    assert desk.answers.of(other.id).risk.spiculated is None


def test_an_answer_is_taken_back() -> None:
    desk, one = Desk(SERIES), listed()
    answered(desk, one, risk__sex=Sex.MALE)
    answered(desk, one, risk__sex=None)
    assert desk.answers.of(one.id) == Said()


def test_a_size_that_cannot_be_is_refused_and_what_was_said_stays() -> None:
    desk, one = Desk(SERIES), listed()
    with pytest.raises(InputError, match="above 0"):
        answered(desk, one, screening__mean_mm=-3.0)
    assert desk.answers.of(one.id) == Said()


def test_questions_of_a_guideline_come_when_it_asks_and_stay_once_answered() -> None:
    desk, one = Desk(SERIES), listed()
    findings = FindingList(models=(one,))
    found = desk.work_up(one, findings)
    assert isinstance(found.advice, Asked)
    shown = {q.id for q in desk.questions(found, desk.answers.of(one.id))}
    assert "screening.seen" in shown
    assert not shown & {"screening.previous", "screening.airway", "chance.risk"}
    answered(desk, one, screening__seen=Seen.STABLE)
    found = desk.work_up(one, findings)
    assert "screening.previous" in {q.id for q in desk.questions(found, desk.answers.of(one.id))}


def test_what_the_study_fills_in_is_told_with_its_source() -> None:
    desk, one = Desk(SERIES), listed()
    answered(desk, one, screening__seen=Seen.BASELINE)
    found = desk.work_up(one, FindingList(models=(one,)))
    assert desk.filled(found, question("risk.age_years")) == ("62 years", "the patient's age at the study")
    assert desk.filled(found, question("risk.family_history")) == ("", "")
    assert desk.filled(found, question("screening.kind")) == ("solid", "the study")


@pytest.mark.parametrize(("status", "count"), [(Status.PROPOSED, 3), (Status.ACCEPTED, 3)])
def test_a_nodule_is_one_of_those_that_are_counted_before_it_is_accepted(status, count: int) -> None:
    one = listed("M3", status=status)
    told = Desk(SERIES).told(one, FindingList(models=(listed("M1"), listed("M2"), one)))
    assert told.count == count


def test_the_accepted_findings_alone_make_up_the_exam() -> None:
    desk = Desk(SERIES)
    one, other = listed("RUL 1"), listed(mm=5.0, status=Status.REJECTED)
    answered(desk, one, screening__seen=Seen.BASELINE)
    exam = desk.exam(FindingList(models=(one, other)))
    assert [(row.label, row.slice_number) for row in exam.rows] == [("RUL 1", 45)]
    assert isinstance(exam.overall, Recommendation)
    assert exam.overall.category == "4A"


def test_modifiers_and_impression_of_the_reader_are_in_the_exam() -> None:
    desk = Desk(
        SERIES, Answers(modifiers=Modifiers(negative=True, other_finding=True), impression="No nodule.")
    )
    exam = desk.exam(FindingList())
    assert (exam.overall.category, exam.impression) == ("1S", "No nodule.")


def test_the_other_guideline_is_asked_when_chosen() -> None:
    desk, one = Desk(SERIES, Answers(Guide.FLEISCHNER)), listed()
    found = desk.work_up(one, FindingList(models=(one,)))
    assert isinstance(found.advice, Asked)
    assert "screening" in found.advice.names
    assert desk.exam(FindingList(models=(one,))).overall is None


def test_with_all_answers_every_formula_speaks() -> None:
    desk, one = Desk(SERIES), listed()
    answered(
        desk, one, risk__smoker=True, risk__family_history=False, risk__prior_cancer=PriorCancer.NONE,
        risk__emphysema=False, risk__spiculated=True,
    )  # fmt: skip
    desk.answers = desk.answers.answered(one.id, question(".lobe"), Lobe.RUL)
    answered(desk, one, risk__uptake=Uptake.MODERATE)
    found = desk.work_up(one, FindingList(models=(one,)))
    assert all(isinstance(risk, Estimate) for risk in found.risks)


def test_a_comparison_leaves_out_what_was_rejected_or_has_no_place() -> None:
    placeless = listed("B")
    finding = replace(placeless.located.finding, place_mm=None)
    placeless = replace(placeless, located=replace(placeless.located, finding=finding))
    all_ = (listed("A"), placeless, listed("C", status=Status.REJECTED), listed("D", status=Status.PROPOSED))
    found = named(FindingList(models=all_), all_)
    assert [(f.label, f.accepted) for f in found] == [("A", True), ("D", False)]


def test_patient_questions_stand_before_those_of_a_nodule() -> None:
    of = [q.of for q in QUESTIONS]
    assert of == sorted(of, key=lambda each: each is Of.NODULE)
