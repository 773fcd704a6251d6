"""Lung-RADS v2022 cell by cell, written down a second time from the ACR's table of November 2022."""

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

SOLID, PART, GLASS = Kind.SOLID, Kind.PART_SOLID, Kind.GROUND_GLASS
BASELINE, NEW, GROWING, STABLE = Seen.BASELINE, Seen.NEW, Seen.GROWING, Seen.STABLE
ORDER = ["1", "2", "3", "4A", "4B"]


def category(nodule: Nodule, measure: Measure = Measure.DIAMETER) -> str:
    found = of_nodule(nodule, measure)
    assert isinstance(found, Recommendation), found
    return found.category


# kind, seen, smallest and largest mean diameter of the cell (mm), smallest and largest volume (mm³), category
BY_SIZE = [
    (SOLID, BASELINE, 0.1, 5.9, 1, 112, "2"),
    (SOLID, BASELINE, 6.0, 7.9, 113, 267, "3"),
    (SOLID, BASELINE, 8.0, 14.9, 268, 1766, "4A"),
    (SOLID, BASELINE, 15.0, 90.0, 1767, 99999, "4B"),
    (SOLID, NEW, 0.1, 3.9, 1, 33, "2"),
    (SOLID, NEW, 4.0, 5.9, 34, 112, "3"),
    (SOLID, NEW, 6.0, 7.9, 113, 267, "4A"),
    (SOLID, NEW, 8.0, 90.0, 268, 99999, "4B"),
    (SOLID, GROWING, 0.1, 7.9, 1, 267, "4A"),
    (SOLID, GROWING, 8.0, 90.0, 268, 99999, "4B"),
    (SOLID, Seen.SLOWLY_GROWING, 0.1, 90.0, 1, 99999, "4B"),
    (PART, Seen.SLOWLY_GROWING, 0.1, 90.0, 1, 99999, "4B"),
    (GLASS, BASELINE, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, NEW, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, GROWING, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, STABLE, 30.0, 90.0, 14137, 99999, "2"),
    (GLASS, Seen.SLOWLY_GROWING, 30.0, 90.0, 14137, 99999, "2"),
    (GLASS, BASELINE, 30.0, 90.0, 14137, 99999, "3"),
    (GLASS, NEW, 30.0, 90.0, 14137, 99999, "3"),
    (Kind.JUXTAPLEURAL, BASELINE, 0.1, 9.9, 1, 523, "2"),
    (Kind.JUXTAPLEURAL, NEW, 0.1, 9.9, 1, 523, "2"),
    (Kind.JUXTAPLEURAL, BASELINE, 10.0, 14.9, 524, 1766, "4A"),  # from here on as any solid one
    (Kind.JUXTAPLEURAL, BASELINE, 15.0, 90.0, 1767, 99999, "4B"),
    (Kind.JUXTAPLEURAL, NEW, 10.0, 90.0, 524, 99999, "4B"),
    (Kind.JUXTAPLEURAL, GROWING, 0.1, 7.9, 1, 267, "4A"),
    (Kind.JUXTAPLEURAL, GROWING, 8.0, 90.0, 268, 99999, "4B"),
]


@pytest.mark.parametrize(("kind", "seen", "low", "high", "small", "large", "expected"), BY_SIZE)
def test_a_cell_by_size_holds_from_its_first_to_its_last_size(
    kind, seen, low, high, small, large, expected
) -> None:
    part = SolidPart.STABLE if kind is PART else None
    for mm, mm3 in ((low, small), (high, large)):
        nodule = Nodule(kind, seen, mean_mm=mm, volume_mm3=mm3, solid_part=part)
        assert category(nodule) == expected
        assert category(nodule, Measure.VOLUME) == expected


# seen, change of the solid part, total mm and mm³, solid mm and mm³, category
PART_SOLID = [
    (BASELINE, None, 5.9, 112, None, None, "2"),
    (BASELINE, None, 6.0, 113, 5.9, 112, "3"),
    (BASELINE, None, 40.0, 33510, 5.9, 112, "3"),
    (BASELINE, None, 12.0, 905, 6.0, 113, "4A"),
    (BASELINE, None, 12.0, 905, 7.9, 267, "4A"),
    (BASELINE, None, 12.0, 905, 8.0, 268, "4B"),
    (NEW, None, 5.9, 112, 3.9, 33, "3"),
    (NEW, None, 6.0, 113, 3.9, 33, "4A"),
    (NEW, None, 5.9, 112, 4.0, 34, "4B"),
    (NEW, None, 12.0, 905, 4.0, 34, "4B"),
    (GROWING, SolidPart.GROWING, 12.0, 905, 3.9, 33, "4A"),
    (STABLE, SolidPart.NEW, 12.0, 905, 3.9, 33, "4A"),
    (STABLE, SolidPart.GROWING, 12.0, 905, 4.0, 34, "4B"),
    (GROWING, SolidPart.NEW, 5.0, 65, 4.0, 34, "4B"),
    (Seen.ENLARGED, SolidPart.STABLE, 5.9, 112, 3.0, 14, "2"),
    (Seen.ENLARGED, SolidPart.STABLE, 6.0, 113, 5.0, 65, "3"),
    (Seen.ENLARGED, SolidPart.STABLE, 12.0, 905, 6.0, 113, "4A"),
    (Seen.ENLARGED, SolidPart.STABLE, 12.0, 905, 8.0, 268, "4B"),
]


@pytest.mark.parametrize(("seen", "part", "mm", "mm3", "solid_mm", "solid_mm3", "expected"), PART_SOLID)
def test_a_part_solid_nodule_is_classed_by_its_solid_part(
    seen, part, mm, mm3, solid_mm, solid_mm3, expected
) -> None:
    nodule = Nodule(PART, seen, mm, mm3, solid_mm, solid_mm3, solid_part=part)
    assert category(nodule) == expected
    assert category(nodule, Measure.VOLUME) == expected


AIRWAY = [
    (Airway.SUBSEGMENTAL, BASELINE, "2"),
    (Airway.SUBSEGMENTAL, NEW, "2"),
    (Airway.SUBSEGMENTAL, STABLE, "2"),
    (Airway.PROXIMAL, BASELINE, "4A"),
    (Airway.PROXIMAL, NEW, "4A"),
    (Airway.PROXIMAL, STABLE, "4B"),
    (Airway.PROXIMAL, GROWING, "4B"),
]


@pytest.mark.parametrize(("place", "seen", "expected"), AIRWAY)
def test_a_nodule_in_the_airways_is_classed_by_its_place(place, seen, expected) -> None:
    assert category(Nodule(Kind.AIRWAY, seen, airway=place)) == expected


CYSTS = [
    (Cyst.THICK, BASELINE, None, "4A"),
    (Cyst.MULTILOCULAR, BASELINE, None, "4A"),
    (Cyst.THICK, GROWING, CystChange.LARGER, "3"),
    (Cyst.THIN, GROWING, CystChange.MULTILOCULAR, "4A"),
    (Cyst.THICK, GROWING, CystChange.MULTILOCULAR, "4A"),
    (Cyst.THICK, GROWING, CystChange.WALL, "4B"),
    (Cyst.MULTILOCULAR, GROWING, CystChange.LARGER, "4B"),
    (Cyst.MULTILOCULAR, GROWING, CystChange.DENSER, "4B"),
]


@pytest.mark.parametrize(("cyst", "seen", "change", "expected"), CYSTS)
def test_an_atypical_cyst_is_classed_by_its_wall_and_what_changed(cyst, seen, change, expected) -> None:
    assert category(Nodule(Kind.CYST, seen, cyst=cyst, cyst_change=change)) == expected


STEPS = [  # kind, seen, category before, months since, proven benign, category now
    (SOLID, STABLE, "2", 12, None, "2"),
    (SOLID, STABLE, "3", 6, None, "2"),
    (SOLID, STABLE, "4A", 3, None, "3"),
    (PART, STABLE, "2", 12, None, "2"),
    (PART, STABLE, "3", 6, None, "2"),
    (PART, STABLE, "4A", 3, None, "3"),
    (Kind.CYST, STABLE, "4A", 3, None, "3"),
    (SOLID, Seen.RESOLVED, "3", None, None, "2"),
    (SOLID, Seen.RESOLVED, "4A", None, None, "2"),
    (Kind.AIRWAY, Seen.RESOLVED, "4A", None, None, "2"),
    (SOLID, STABLE, "4B", None, True, "2"),
    (PART, STABLE, "4B", None, True, "2"),
    (Kind.AIRWAY, Seen.RESOLVED, "4B", None, True, "2"),
]


def stepped(kind, seen, before, months, proven) -> Nodule:
    more = {
        PART: {"solid_part": SolidPart.STABLE},
        Kind.CYST: {"cyst": Cyst.THICK},
        Kind.AIRWAY: {"airway": Airway.PROXIMAL},
    }
    return Nodule(kind, seen, previous=before, months=months, proven_benign=proven, **more.get(kind, {}))


@pytest.mark.parametrize(("kind", "seen", "before", "months", "proven", "expected"), STEPS)
def test_what_is_stable_or_gone_steps_down(kind, seen, before, months, proven, expected) -> None:
    assert category(stepped(kind, seen, before, months, proven)) == expected


@pytest.mark.parametrize(("before", "months"), [("3", 3.0), ("4A", 1.0)])
def test_a_follow_up_before_its_time_steps_nothing_down(before: str, months: float) -> None:
    assert isinstance(of_nodule(Nodule(SOLID, STABLE, previous=before, months=months)), NoRule)


def test_benign_calcification_or_fat_is_category_1() -> None:
    assert category(Nodule(Kind.BENIGN)) == "1"


def test_every_row_of_the_table_has_its_cell_in_these_tests() -> None:
    cells = [Nodule(Kind.BENIGN)]
    cells += [Nodule(kind, seen, mean_mm=mm) for kind, seen, mm, *_ in BY_SIZE]
    cells += [
        Nodule(PART, seen, mm, None, solid, solid_part=part) for seen, part, mm, _, solid, *_ in PART_SOLID
    ]
    cells += [Nodule(Kind.AIRWAY, seen, airway=place) for place, seen, _ in AIRWAY]
    cells += [Nodule(Kind.CYST, seen, cyst=cyst, cyst_change=change) for cyst, seen, change, _ in CYSTS]
    cells += [stepped(*step[:-1]) for step in STEPS]
    for row in load("lung_rads_2022").rows:
        assert any(row.possible(c.facts) and not row.unknown(c.facts) for c in cells), row


MANAGEMENT = {
    "1": "12-month screening LDCT",
    "2": "12-month screening LDCT",
    "3": "6-month LDCT",
    "4A": "3-month LDCT; PET/CT may be considered",
    "4B": "Referral for further clinical evaluation",
    "4X": "Referral for further clinical evaluation",
}


@pytest.mark.parametrize(("name", "text"), MANAGEMENT.items())
def test_each_category_has_its_management(name: str, text: str) -> None:
    assert load("lung_rads_2022").management[name].startswith(text)


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
