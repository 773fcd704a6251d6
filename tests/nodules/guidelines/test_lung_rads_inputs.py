"""Lung-RADS v2022: what is asked, what is not known, what no row fits, and what a recommendation says."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.errors import InputError
from lungview.nodules.guidelines.advice import Asked, NoRule, Recommendation, set_by_reader
from lungview.nodules.guidelines.lung_rads import of_exam, of_nodule
from lungview.nodules.guidelines.lung_rads_nodule import (
    Airway,
    Cyst,
    CystChange,
    Kind,
    Nodule,
    Seen,
    SolidPart,
)
from lungview.nodules.guidelines.table import Measure, load
from tests.nodules.guidelines.lung_rads import BASELINE, GLASS, GROWING, NEW, PART, SOLID, STABLE, category

ORDER = ["1", "2", "3", "4A", "4B"]

WHOLE = [
    Nodule(SOLID, BASELINE, 7.0, 180),
    Nodule(PART, BASELINE, 9.0, 380, 5.0, 65),
    Nodule(PART, GROWING, 9.0, 380, 5.0, 65, solid_part=SolidPart.GROWING),
    Nodule(GLASS, NEW, 31.0, 15600),
    Nodule(Kind.AIRWAY, BASELINE, airway=Airway.PROXIMAL),
    Nodule(Kind.CYST, GROWING, cyst=Cyst.THICK, cyst_change=CystChange.WALL),
    Nodule(SOLID, STABLE, previous="4A", months=3.2),
    Nodule(SOLID, STABLE, previous="4B", proven_benign=True),
    Nodule(Kind.JUXTAPLEURAL, BASELINE, 8.0, 268),
]


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("measure", Measure)
def test_there_is_no_category_without_each_of_its_inputs(whole: Nodule, measure: Measure) -> None:
    found = of_nodule(whole, measure)
    assert isinstance(found, Recommendation)
    used = {label for label, _ in found.inputs}
    names = {"kind": "nodule", "mean_mm": "size_mm", "volume_mm3": "size_mm3"}
    labels = load("lung_rads_2022").labels
    for field in fields(whole):
        if labels[names.get(field.name, field.name)] in used:
            assert isinstance(of_nodule(replace(whole, **{field.name: None}), measure), Asked)


def test_a_nodule_of_which_nothing_is_known_is_asked_for_its_kind() -> None:
    assert of_nodule(Nodule()) == Asked("Lung-RADS v2022", ("nodule",), ("kind of nodule",))


def test_what_is_asked_is_said_in_words() -> None:
    assert str(of_nodule(Nodule(SOLID, BASELINE))) == "Lung-RADS v2022 asks: mean diameter"


_MM = st.floats(0.1, 60)

ANY = st.builds(
    Nodule,
    st.sampled_from(Kind),
    st.sampled_from(Seen),
    solid_mm=_MM,
    solid_part=st.sampled_from(SolidPart),
    previous=st.sampled_from(["2", "3", "4A", "4B"]),
    months=st.floats(0.5, 30),
    proven_benign=st.booleans(),
    airway=st.sampled_from(Airway),
    cyst=st.sampled_from(Cyst),
    cyst_change=st.sampled_from(CystChange),
)


@given(ANY, _MM, st.sets(st.sampled_from([field.name for field in fields(Nodule)])))
def test_what_is_not_known_never_decides_a_category(whole: Nodule, mm: float, gone: set[str]) -> None:
    whole = replace(whole, mean_mm=mm + (whole.solid_mm or 0))
    found = of_nodule(replace(whole, **dict.fromkeys(gone)))
    if not isinstance(found, Asked):  # then no answer to what is not known makes it another one
        known = of_nodule(whole)
        assert getattr(known, "category", "") == getattr(found, "category", "")


@given(
    st.sampled_from([SOLID, GLASS, Kind.JUXTAPLEURAL]), st.sampled_from(Seen), st.lists(st.floats(0.1, 80))
)
def test_the_category_never_falls_as_a_nodule_gets_larger(kind: Kind, seen: Seen, sizes: list[float]) -> None:
    found = [of_nodule(Nodule(kind, seen, mean_mm=mm)) for mm in sorted(sizes)]
    ranks = [ORDER.index(f.category) for f in found if isinstance(f, Recommendation)]
    assert all(a <= b for a, b in pairwise(ranks))


@given(st.sampled_from([BASELINE, NEW, GROWING]), st.floats(0.1, 40), st.floats(0.1, 40), st.floats(0.1, 40))
def test_the_category_never_falls_as_a_solid_part_gets_larger(seen: Seen, a, b, more: float) -> None:
    small, large = sorted((a, b))
    part = SolidPart.GROWING if seen is GROWING else None
    ranks = [
        ORDER.index(category(Nodule(PART, seen, mean_mm=large + more, solid_mm=mm, solid_part=part)))
        for mm in (small, large)
    ]
    assert ranks[0] <= ranks[1]


def test_a_recommendation_says_by_which_rule_and_from_which_inputs() -> None:
    found = of_nodule(Nodule(SOLID, BASELINE, mean_mm=7.04))
    assert isinstance(found, Recommendation)
    assert str(found) == "Lung-RADS v2022, category 3: 6-month LDCT."
    assert found.rule == "solid; baseline or enlarged; 6 to below 8 mm"
    assert found.inputs == (
        ("kind of nodule", "solid"),
        ("against the prior exam", "baseline"),
        ("mean diameter", "7 mm"),
    )


def test_a_step_down_is_said_by_the_category_before_and_the_months_since() -> None:
    found = of_nodule(Nodule(SOLID, STABLE, previous="3", months=11.99))
    assert isinstance(found, Recommendation)
    assert found.rule == "solid or juxtapleural or cyst; stable; category 3 before; 5.5 months or more"
    assert found.inputs[-1] == ("time since the prior exam", "12.0 months")


def test_a_mean_diameter_counts_to_one_decimal() -> None:
    assert category(Nodule(SOLID, BASELINE, mean_mm=5.94)) == "2"
    assert category(Nodule(SOLID, BASELINE, mean_mm=5.96)) == "3"


def test_a_thin_walled_cyst_is_not_classed_and_hides_no_other_nodule() -> None:
    thin = of_nodule(Nodule(Kind.CYST, BASELINE, cyst=Cyst.THIN))
    assert isinstance(thin, NoRule)
    exam = of_exam([thin, of_nodule(Nodule(SOLID, BASELINE, mean_mm=9))])
    assert isinstance(exam, Recommendation)
    assert exam.category == "4A"


def test_what_no_row_fits_is_left_to_the_reader_and_its_exam_is_not_classed() -> None:
    odd = of_nodule(Nodule(GLASS, GROWING, mean_mm=35))
    assert isinstance(odd, NoRule)
    assert "the reader decides" in odd.reason
    assert of_exam([odd]) == odd
    assert of_exam([set_by_reader(odd, "3-month LDCT", "4A")]).category == "4A"


def test_of_a_thin_walled_cyst_it_is_asked_whether_it_grows() -> None:
    found = of_nodule(Nodule(Kind.CYST, cyst=Cyst.THIN))
    assert isinstance(found, Asked)
    assert found.names == ("seen",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean_mm": 0.0},
        {"mean_mm": -3.0},
        {"volume_mm3": float("nan")},
        {"mean_mm": 5.0, "solid_mm": 6.0},
        {"months": 0.0},
    ],
)
def test_a_size_or_a_time_that_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(InputError, match="Lung-RADS v2022"):
        Nodule(**wrong)
