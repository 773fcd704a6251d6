"""A work-up: what the study tells, what the reader says, and what follows from both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.image.slice import Patient, Study
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.growth.change import change, new, resolved
from lungview.nodules.growth.scans import Scan
from lungview.nodules.guidelines import fleischner
from lungview.nodules.guidelines.advice import Asked, NoRule, Recommendation
from lungview.nodules.guidelines.lung_rads import Incomplete
from lungview.nodules.guidelines.lung_rads_nodule import Kind, Nodule, Seen
from lungview.nodules.lobe import Lobe
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.inputs import Inputs, PriorCancer, Sex
from lungview.nodules.work_up.exam import Modifiers, overall
from lungview.nodules.work_up.values import Guide, Refused, Said, Told, WorkUp
from lungview.nodules.work_up.work_up import work_up

FINDING = Finding(
    (3, 9), Source.READER, Status.ACCEPTED, (-60.0, 10.0, -150.0),
    long_mm=10.0, short_mm=8.0, volume_mm3=380.0, density=Density.SOLID,
)  # fmt: skip
TOLD = Told(FINDING, Patient(birth_date="19620115", sex="F"), Study(date="20240131"), suggested=Lobe.RUL)
ASKED = Said(
    risk=Inputs(
        spiculated=True, family_history=False, emphysema=False, smoker=True, prior_cancer=PriorCancer.NONE
    )
)
BEFORE, NOW = (Scan("x", day, day, day, 1.0) for day in ("20230131", "20240131"))


def screening(told: Told = TOLD, said: Said = ASKED) -> WorkUp:
    return work_up(told, said, Guide.LUNG_RADS)


def test_a_risk_is_from_the_study_and_from_what_the_reader_adds() -> None:
    brock = screening().risks[0]
    assert isinstance(brock, Estimate)
    assert brock.probability == pytest.approx(0.2010, abs=5e-4)  # by hand in test_risk
    filled = screening().filled
    assert set(filled) == {"age_years", "sex", "long_mm", "density", "upper_lobe", "count"}
    assert filled["age_years"] == ("62 years", "the patient's age at the study")


def test_what_nobody_said_is_asked_and_nothing_is_computed() -> None:
    brock = screening(said=Said()).risks[0]
    assert brock == Missing(brock.formula, ("family_history", "emphysema", "spiculated"))


def test_the_reader_goes_before_the_study() -> None:
    said = replace(ASKED, risk=replace(ASKED.risk, sex=Sex.MALE, long_mm=12.0), lobe=Lobe.RML)
    found = screening(said=said)
    assert (found.lobe, found.lobe_said) == (Lobe.RML, True)
    assert dict(found.risks[0].inputs)["sex"] == "male"
    assert dict(found.risks[0].inputs)["in an upper lobe"] == "no"


def test_a_lobe_by_its_place_is_marked_as_that() -> None:
    assert (screening().lobe, screening().lobe_said) == (Lobe.RUL, False)


def test_a_refusal_stands_in_the_place_of_its_risk_alone() -> None:
    said = replace(ASKED, risk=replace(ASKED.risk, prior_cancer=PriorCancer.LUNG))
    brock, _, mayo, _ = screening(said=said).risks
    assert isinstance(brock, Estimate)
    assert isinstance(mayo, Refused)
    assert "not made for people who had lung cancer" in mayo.reason


def test_without_a_prior_lung_rads_asks_how_the_nodule_was_seen() -> None:
    assert screening().advice == Asked("Lung-RADS v2022", ("seen",), ("against the prior exam",))


def test_said_to_be_a_baseline_the_nodule_is_classed_by_its_mean_diameter() -> None:
    found = screening(said=replace(ASKED, screening=Nodule(seen=Seen.BASELINE))).advice
    assert isinstance(found, Recommendation)
    assert found.category == "4A"  # 9 mm
    assert dict(found.inputs)["mean diameter"] == "9 mm"


def grown(before_mm: float) -> Told:
    prior = replace(FINDING, long_mm=before_mm, short_mm=before_mm, volume_mm3=None)
    return replace(TOLD, prior=prior, change=change(prior, FINDING, (BEFORE, NOW), 365))


def test_a_prior_of_a_year_ago_says_growth_to_the_guideline() -> None:
    assert screening(grown(7.0)).advice.category == "4B"  # 2 mm in a year, now 9 mm


def test_growth_within_the_error_is_stable_to_the_guideline_and_its_category_before_is_asked() -> None:
    assert screening(grown(8.8)).advice == Asked(
        "Lung-RADS v2022", ("previous",), ("its category at the prior exam",)
    )


def test_new_and_resolved_nodules_are_so_to_the_guideline() -> None:
    assert screening(replace(TOLD, change=new(365))).advice.category == "4B"
    gone = screening(replace(TOLD, change=resolved(365)), replace(ASKED, screening=Nodule(previous="3")))
    assert gone.advice.category == "2"


def test_found_by_chance_the_number_of_nodules_and_the_age_come_from_the_study() -> None:
    chance = fleischner.Nodule(
        risk=fleischner.Risk.HIGH, screening=False, known_cancer=False, immunosuppressed=False
    )
    found = work_up(replace(TOLD, count=3), replace(ASKED, chance=chance), Guide.FLEISCHNER).advice
    assert isinstance(found, Recommendation)
    assert found.text == "CT at 3–6 months, then CT at 18–24 months."
    assert dict(found.inputs)["one nodule or several"] == "multiple"


def test_for_a_patient_of_thirty_fleischner_says_nothing() -> None:
    young = replace(TOLD, patient=Patient(age="030Y"))
    found = work_up(young, ASKED, Guide.FLEISCHNER).advice
    assert isinstance(found, NoRule)


def test_of_a_calcification_the_kind_is_asked_and_no_risk_computed() -> None:
    found = screening(replace(TOLD, finding=replace(FINDING, density=Density.CALCIFIED)))
    assert found.advice.names == ("nodule",)
    assert all(isinstance(risk, Refused) for risk in found.risks)


def test_a_nodule_cut_by_the_edge_of_the_scan_has_no_size_for_any_formula() -> None:
    edge = Outline(np.ones((2, 3, 3), bool), (0, 5, 5), (9, 20, 20), (1.0, 0.7, 0.7), -860.0, 40.0)
    said = replace(ASKED, screening=Nodule(seen=Seen.BASELINE))
    found = screening(replace(TOLD, finding=replace(FINDING, outline=edge)), said)
    assert found.notes == ("cut by the edge of the scan: its size is not known",)
    assert found.finding.long_mm is None
    assert found.risks[0] == Missing(found.risks[0].formula, ("long_mm",))
    assert found.advice.names == ("size_mm",)


def test_thick_slices_leave_a_nodule_without_its_volume_and_say_so() -> None:
    found = screening(replace(TOLD, scan=replace(NOW, slice_mm=5.0)))
    assert (found.finding.volume_mm3, found.finding.long_mm) == (None, 10.0)
    assert found.notes == ("no volumetry: it needs slices of at most 3 mm, found 5 mm",)
    assert screening(replace(TOLD, scan=replace(NOW, slice_mm=3.0))).finding.volume_mm3 == 380.0


def test_what_the_reader_writes_stands_in_place_of_the_recommendation() -> None:
    said = replace(ASKED, screening=Nodule(seen=Seen.BASELINE), text="Tumour board", category="4X")
    found = screening(said=said).advice
    assert (str(found), found.rule) == (
        "Lung-RADS v2022, category 4X: Tumour board",
        "solid; baseline or enlarged; 8 to below 15 mm",
    )


def test_what_is_said_of_a_patient_counts_for_a_nodule_until_more_is_said_of_it() -> None:
    of_patient = Said(risk=Inputs(smoker=True, spiculated=False))
    of_nodule = Said(risk=Inputs(spiculated=True), lobe=Lobe.LLL)
    assert of_nodule.over(of_patient) == Said(lobe=Lobe.LLL, risk=Inputs(smoker=True, spiculated=True))


def classed(mm: float) -> WorkUp:
    told = replace(TOLD, finding=replace(FINDING, long_mm=mm, short_mm=mm))
    return screening(told, replace(ASKED, screening=Nodule(seen=Seen.BASELINE)))


def test_an_exam_has_the_category_of_its_worst_nodule_and_the_readers_modifiers() -> None:
    found = overall(Guide.LUNG_RADS, [classed(4), classed(7)], Modifiers(other_finding=True))
    assert found.category == "3S"
    assert overall(Guide.LUNG_RADS, [], Modifiers(incomplete=Incomplete.PRIOR), 62.0).category == "0"


def test_an_exam_without_an_accepted_nodule_is_negative_only_once_the_reader_says_so() -> None:
    assert isinstance(overall(Guide.LUNG_RADS, []), Asked)
    assert overall(Guide.LUNG_RADS, [], Modifiers(negative=True), 62.0).category == "1"


def test_4x_of_a_benign_exam_is_refused_in_a_sentence() -> None:
    found = overall(Guide.LUNG_RADS, [classed(4)], Modifiers(suspicious=True))
    assert isinstance(found, Refused)


def test_an_exam_with_a_nodule_that_asks_asks() -> None:
    assert isinstance(overall(Guide.LUNG_RADS, [classed(9), screening()]), Asked)


def test_fleischner_says_nothing_of_a_whole_exam() -> None:
    assert overall(Guide.FLEISCHNER, []) is None


def test_juxtapleural_said_by_the_reader_goes_before_the_density() -> None:
    said = replace(ASKED, screening=Nodule(kind=Kind.JUXTAPLEURAL, seen=Seen.BASELINE))
    assert screening(said=said).advice.category == "2"
