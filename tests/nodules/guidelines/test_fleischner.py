"""Fleischner 2017 cell by cell, written down a second time from table 1 of Radiology 2017;284:228."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.errors import InputError
from lungview.nodules.guidelines import bts
from lungview.nodules.guidelines.advice import Asked, NoRule, Recommendation
from lungview.nodules.guidelines.fleischner import Kind, Nodule, Number, Risk, of_nodule
from lungview.nodules.guidelines.table import Measure, load

ONE, SEVERAL = Number.SINGLE, Number.MULTIPLE
LOW, HIGH = Risk.LOW, Risk.HIGH
SOLID, PART, GLASS = Kind.SOLID, Kind.PART_SOLID, Kind.GROUND_GLASS
ADULT = Nodule(age_years=60, screening=False, known_cancer=False, immunosuppressed=False)

NONE = "No routine follow-up."
OPTIONAL = "Optional CT at 12 months."
SMALL, MIDDLE, LARGE = ((1, 5), (1, 99)), ((6, 8), (100, 250)), ((9, 30), (251, 14137))
SUBSOLID = ((6, 30), (100, 14137))
LATE = "CT at 6–12 months, then "
SOON = "CT at 3–6 months, then "
CHECK, THEN_CHECK = "consider CT at 18–24 months.", "CT at 18–24 months."
CONFIRM = "to confirm persistence"
GLASS_AGAIN = f"CT at 6–12 months {CONFIRM}, then CT every 2 years until 5 years."
YEARLY = (
    f"CT at 3–6 months {CONFIRM}. "
    "If unchanged and the solid component remains under 6 mm, annual CT for 5 years."
)
SUSPICIOUS = (
    f"CT at 3–6 months {CONFIRM}. "
    "A persistent part-solid nodule with a solid component of 6 mm or more is highly suspicious; "
    "where the morphology is suspicious or the solid component grows, PET/CT, biopsy, or resection."
)
FOUR_YEARS = "CT at 3–6 months. If stable, consider CT at 2 and 4 years."
WORST_GUIDES = "CT at 3–6 months. Subsequent management by the most suspicious nodule."
THREE_WAYS = "Consider CT at 3 months, PET/CT, or tissue sampling."

# kind, number, risk, (first and last mm, first and last mm³), mm of the solid part, what is recommended
CELLS = [
    (SOLID, ONE, LOW, SMALL, None, NONE),
    (SOLID, ONE, LOW, MIDDLE, None, LATE + CHECK),
    (SOLID, ONE, LOW, LARGE, None, THREE_WAYS),
    (SOLID, ONE, HIGH, SMALL, None, OPTIONAL),
    (SOLID, ONE, HIGH, MIDDLE, None, LATE + THEN_CHECK),
    (SOLID, ONE, HIGH, LARGE, None, THREE_WAYS),
    (SOLID, SEVERAL, LOW, SMALL, None, NONE),
    (SOLID, SEVERAL, LOW, MIDDLE, None, SOON + CHECK),
    (SOLID, SEVERAL, LOW, LARGE, None, SOON + CHECK),
    (SOLID, SEVERAL, HIGH, SMALL, None, OPTIONAL),
    (SOLID, SEVERAL, HIGH, MIDDLE, None, SOON + THEN_CHECK),
    (SOLID, SEVERAL, HIGH, LARGE, None, SOON + THEN_CHECK),
    (GLASS, ONE, None, SMALL, None, NONE),
    (PART, ONE, None, SMALL, None, NONE),
    (GLASS, ONE, None, SUBSOLID, None, GLASS_AGAIN),
    (PART, ONE, None, SUBSOLID, 5, YEARLY),
    (PART, ONE, None, SUBSOLID, 6, SUSPICIOUS),
    (PART, ONE, None, SUBSOLID, 9, "A solid component over 8 mm: PET/CT, biopsy, or resection."),
    (GLASS, SEVERAL, None, SMALL, None, FOUR_YEARS),
    (PART, SEVERAL, None, SMALL, None, FOUR_YEARS),
    (GLASS, SEVERAL, None, SUBSOLID, None, WORST_GUIDES),
    (PART, SEVERAL, None, SUBSOLID, None, WORST_GUIDES),
]


def case(kind, number, risk, mm, mm3, solid) -> Nodule:
    sized = {"long_mm": mm, "short_mm": mm, "volume_mm3": mm3, "solid_mm": solid}
    return replace(ADULT, kind=kind, number=number, risk=risk, **sized)


@pytest.mark.parametrize(("kind", "number", "risk", "sizes", "solid", "expected"), CELLS)
def test_a_cell_holds_from_its_first_to_its_last_size(kind, number, risk, sizes, solid, expected) -> None:
    for mm, mm3 in zip(*sizes, strict=True):
        for measure in Measure:
            found = of_nodule(case(kind, number, risk, mm, mm3, solid), measure)
            assert isinstance(found, Recommendation), found
            assert found.text == expected


def test_every_row_of_the_table_has_its_cell_in_these_tests() -> None:
    cells = [Nodule(Kind.BENIGN), Nodule(Kind.PERIFISSURAL)]
    cells += [case(k, n, r, sizes[0][0], None, solid) for k, n, r, sizes, solid, _ in CELLS]
    for row in load("fleischner_2017").rows:
        assert any(row.possible(c.facts) and not row.unknown(c.facts) for c in cells), row


@pytest.mark.parametrize("kind", [Kind.PERIFISSURAL, Kind.BENIGN])
def test_what_is_benign_by_its_look_has_no_follow_up_whatever_its_size(kind: Kind) -> None:
    found = of_nodule(replace(ADULT, kind=kind, long_mm=9.0, short_mm=9.0))
    assert isinstance(found, Recommendation)
    assert found.text.startswith("No follow-up")


@pytest.mark.parametrize(
    ("long", "short", "mean"), [(6.0, 4.9, 5), (6.0, 5.0, 6), (8.9, 8.0, 8), (9.0, 8.0, 9)]
)
def test_the_average_of_both_axes_is_rounded_to_a_whole_millimetre(long, short, mean) -> None:
    assert Nodule(long_mm=long, short_mm=short).mean_mm == mean


NAMES = ["kind", "number", "risk", "long_mm", "age_years", "screening", "known_cancer", "immunosuppressed"]


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_recommendation_without_each_of_its_inputs(name: str) -> None:
    whole = case(SOLID, ONE, LOW, 7, 180, None)
    assert isinstance(of_nodule(whole), Recommendation)
    assert isinstance(of_nodule(replace(whole, **{name: None})), Asked)


SOONER = [NONE, OPTIONAL, "CT at 6–12 months", "CT at 3–6 months", THREE_WAYS, "A solid component over 8 mm"]


def rank(found: Recommendation) -> int:
    """How soon something is done, by how the text begins."""
    return next(k for k, text in enumerate(SOONER) if found.text.startswith(text))


@given(
    st.sampled_from([SOLID, PART, GLASS]),
    st.sampled_from(Number),
    st.sampled_from(Risk),
    st.tuples(st.floats(0.1, 30.4), st.floats(0.1, 30.4)).map(sorted),
    st.sampled_from(Measure),
)
def test_nothing_is_done_later_as_a_nodule_gets_larger(kind, number, risk, sizes, measure) -> None:
    found = [of_nodule(case(kind, number, risk, mm, math.pi / 6 * mm**3, mm), measure) for mm in sizes]
    ranks = [rank(each) for each in found if isinstance(each, Recommendation)]
    assert ranks == sorted(ranks)


@given(
    st.sampled_from(Kind),
    st.sampled_from(Number),
    st.sampled_from(Risk),
    st.floats(0.1, 30),
    st.sets(st.sampled_from([field.name for field in fields(Nodule)])),
)
def test_what_is_not_known_never_decides_a_recommendation(kind, number, risk, mm, gone) -> None:
    whole = case(kind, number, risk, mm, math.pi / 6 * mm**3, mm / 2)
    found = of_nodule(replace(whole, **dict.fromkeys(gone)))
    assert isinstance(found, Asked) or found == of_nodule(whole)


@pytest.mark.parametrize(
    ("measure", "mm", "mm3"), [(Measure.DIAMETER, 30.5, 14000), (Measure.VOLUME, 30, 14138)]
)
def test_a_mass_is_no_nodule_and_gets_no_recommendation(measure: Measure, mm: float, mm3: float) -> None:
    for kind in (SOLID, PART, GLASS):
        found = of_nodule(case(kind, ONE, HIGH, mm, mm3, 9), measure)
        assert str(found) == "Fleischner Society 2017: not made for masses, larger than 30 mm"
    look = of_nodule(case(Kind.BENIGN, ONE, HIGH, mm, mm3, None), measure)
    assert isinstance(look, Recommendation)


def test_the_risk_is_not_asked_where_it_decides_nothing() -> None:
    found = of_nodule(case(GLASS, ONE, None, None, None, None))
    assert isinstance(found, Asked)
    assert found.names == ("size_mm",)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"age_years": 34}, "people below 35 years"),
        ({"screening": True}, "lung cancer screening"),
        ({"known_cancer": True}, "a known primary cancer"),
        ({"immunosuppressed": True}, "immunosuppression"),
    ],
)
def test_whom_the_guideline_is_not_made_for_gets_no_recommendation(change, why: str) -> None:
    found = of_nodule(replace(case(SOLID, ONE, LOW, 7, 180, None), **change))
    assert isinstance(found, NoRule)
    assert why in found.reason


@pytest.mark.parametrize(
    "wrong", [{"age_years": 130}, {"age_years": -1}, {"long_mm": 0}, {"volume_mm3": float("inf")}]
)
def test_an_age_or_a_size_that_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(InputError, match="Fleischner Society 2017"):
        Nodule(**wrong)


def test_a_recommendation_says_by_which_rule_and_from_which_inputs() -> None:
    found = of_nodule(case(SOLID, ONE, HIGH, 7, 180, None), Measure.VOLUME)
    assert isinstance(found, Recommendation)
    assert str(found) == "Fleischner Society 2017: CT at 6–12 months, then CT at 18–24 months."
    assert found.rule == "solid; single; high risk; 100 to below 251 mm³"
    assert dict(found.inputs)["volume"] == "180 mm³"


def test_bts_2015_is_told_as_text_with_its_year_and_source() -> None:
    found = bts.text()
    assert (found.title, found.source) == (
        "BTS 2015",
        "Callister MEJ et al., Thorax 2015;70(Suppl 2):ii1–ii54",
    )
    assert [step.title for step in found.steps] == [
        "No follow-up",
        "Solid, 5 to below 8 mm (80 to below 300 mm³)",
        "Solid, from 8 mm (300 mm³)",
        "Growth",
        "Subsolid",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "under 80 mm³",
        "From 10 %: PET-CT",
        "10 to 70 %",
        "25 % or more",
        "400 days or less",
        "CT at 1, 2 and 4 years",
    ],
)
def test_bts_2015_keeps_the_thresholds_of_the_publication(said: str) -> None:
    assert any(said in step.text for step in bts.text().steps)
