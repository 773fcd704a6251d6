"""The sentences of a work-up in the window."""

from __future__ import annotations

from dataclasses import replace

from lungview.nodules.guidelines.lung_rads_nodule import Nodule
from lungview.nodules.work_up.exam import Modifiers, overall
from lungview.nodules.work_up.values import Guide, Refused, Said
from lungview.viewer.work_up import said
from tests.report.work_up.test_work_up import MANAGEMENT, SAID, found


def test_a_risk_is_a_percentage_or_what_it_asks_for_or_why_not() -> None:
    brock, _, _, herder = found().risks
    assert said.risk(brock) == "Brock, full, with spiculation (PanCan 2b): 20.1%"
    assert said.risk(herder) == "Herder, after PET: asks for FDG uptake on PET"
    assert said.risk(Refused("Mayo", "not made for it")) == "not made for it"


def test_behind_a_percentage_stand_formula_inputs_population_and_source() -> None:
    about = said.about_risk(found().risks[0])
    assert about.startswith("log odds = -6.7892 +0.0287 × (age − 62)")
    assert "  spiculation: yes" in about
    assert "Made for smokers and ex-smokers of 50 to 75 years" in about
    assert about.endswith("N Engl J Med 2013;369:910–919, table 2")


def test_behind_a_question_nothing_stands() -> None:
    assert said.about_risk(found().risks[3]) == ""


def test_a_recommendation_stands_apart_from_its_category() -> None:
    assert said.advice(found()) == ("Lung-RADS v2022, category 4A", MANAGEMENT)
    assert said.advice(found(said=Said())) == ("Lung-RADS v2022 asks: against the prior exam", "")


def test_an_exam_is_classed_or_says_what_it_asks() -> None:
    asks = overall(Guide.LUNG_RADS, [found(said=replace(SAID, screening=Nodule()))])
    assert said.overall(asks) == "Exam not classed: Lung-RADS v2022 asks: against the prior exam"
    none = overall(Guide.LUNG_RADS, [], Modifiers(negative=True), 62.0)
    assert said.overall(none) == "Exam: Lung-RADS v2022, category 1"
    assert said.overall(None) == "This guideline speaks of nodules alone."


def test_without_a_prior_the_change_says_so() -> None:
    assert said.change(found()) == "Change: no prior."
