"""Lung-RADS v2022: what a prior scan changes, who is screened, and the category of a whole exam."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import InputError
from lungview.nodules.guidelines.advice import Asked, NoRule, set_by_reader
from lungview.nodules.guidelines.lung_rads import Incomplete, again, age_asked, not_for, of_exam, of_nodule
from lungview.nodules.guidelines.lung_rads_nodule import Cyst, Kind, Nodule, Seen, SolidPart

SOLID, PART, GLASS, BASELINE = Kind.SOLID, Kind.PART_SOLID, Kind.GROUND_GLASS, Seen.BASELINE


# before and now in mm, months between, what that is
CHANGES = [
    (6.0, 7.5, 12, Seen.STABLE),  # 1.5 mm is no growth
    (6.0, 7.6, 12, Seen.GROWING),
    (6.0, 7.6, 3, Seen.GROWING),
    (6.0, 7.7, 24, Seen.SLOWLY_GROWING),
    (6.0, 9.2, 24, Seen.GROWING),
    (5.8, 6.1, 12, Seen.ENLARGED),
    (7.5, 8.0, 12, Seen.ENLARGED),
    (9.0, 6.0, 12, Seen.STABLE),  # smaller
]


@pytest.mark.parametrize(("before", "now", "months", "expected"), CHANGES)
def test_growth_is_more_than_a_millimetre_and_a_half_within_twelve_months(
    before, now, months, expected
) -> None:
    found = again(Nodule(SOLID, mean_mm=now), Nodule(SOLID, mean_mm=before), months)
    assert found.seen is expected


def test_ground_glass_that_became_part_solid_has_a_new_solid_part() -> None:
    found = again(Nodule(PART, mean_mm=12, solid_mm=3), Nodule(GLASS, mean_mm=12), 12)
    assert found.solid_part is SolidPart.NEW
    assert of_nodule(found).category == "4A"


def test_a_solid_part_that_grew_is_told_from_one_that_did_not() -> None:
    before = Nodule(PART, mean_mm=12, solid_mm=4)
    assert again(replace(before, solid_mm=5.6), before, 12).solid_part is SolidPart.GROWING
    assert again(replace(before, solid_mm=5.5), before, 12).solid_part is SolidPart.STABLE


def test_without_a_prior_size_the_change_stays_to_be_asked() -> None:
    assert again(Nodule(SOLID, mean_mm=7), Nodule(SOLID), 12).seen is None


def test_an_exam_has_the_category_of_its_most_suspicious_nodule() -> None:
    small, large = (of_nodule(Nodule(SOLID, BASELINE, mean_mm=mm)) for mm in (4, 9))
    assert of_exam([small, large]).category == "4A"


def test_an_exam_without_nodules_is_category_1() -> None:
    assert str(of_exam([])) == "Lung-RADS v2022, category 1: 12-month screening LDCT."


def test_a_reader_makes_4x_of_a_category_3_or_4_and_of_no_other() -> None:
    low, high = (of_nodule(Nodule(SOLID, BASELINE, mean_mm=mm)) for mm in (4, 7))
    assert of_exam([high], suspicious=True).category == "4X"
    with pytest.raises(InputError, match="expected a category 3 or 4 for 4X, found 2"):
        of_exam([low], suspicious=True)


def test_the_modifier_s_stands_behind_any_category() -> None:
    assert of_exam([], other_finding=True).category == "1S"


@pytest.mark.parametrize("why", Incomplete)
def test_an_incomplete_exam_is_category_0_with_what_to_do(why: Incomplete) -> None:
    found = of_exam([of_nodule(Nodule(SOLID, BASELINE, mean_mm=20))], incomplete=why)
    assert (found.category, found.text) == ("0", why.value)


def test_an_exam_with_a_nodule_that_asks_is_not_classed() -> None:
    asks = of_nodule(Nodule(SOLID, BASELINE))
    assert of_exam([asks, of_nodule(Nodule(SOLID, BASELINE, mean_mm=20))]) == asks


def test_what_the_reader_writes_stands_in_place_of_the_text_and_the_rule_stays() -> None:
    found = of_nodule(Nodule(SOLID, BASELINE, mean_mm=7))
    changed = set_by_reader(found, "3-month LDCT, by the patient's wish")
    assert str(changed) == "Lung-RADS v2022, category 3: 3-month LDCT, by the patient's wish"
    assert changed.rule == found.rule


@pytest.mark.parametrize(
    ("age", "why"),
    [(7, "people below 50 years"), (49.9, "people below 50 years"), (81, "people above 80 years")],
)
def test_who_is_too_young_or_too_old_for_screening_has_no_category(age: float, why: str) -> None:
    assert str(not_for(age)) == f"Lung-RADS v2022: not made for {why}"


@pytest.mark.parametrize("age", [None, 50, 80, 80.9])
def test_who_may_be_screened_may_have_a_category(age: float | None) -> None:
    assert not_for(age) is None


def test_without_an_age_a_nodule_asks_for_it_before_anything_else() -> None:
    classed, asks = of_nodule(Nodule(SOLID, BASELINE, mean_mm=20)), of_nodule(Nodule(SOLID, BASELINE))
    assert age_asked(classed) == Asked("Lung-RADS v2022", ("age_years",), ("age",))
    assert age_asked(asks).names == ("age_years", *asks.names)


def test_without_an_age_a_benign_cyst_makes_no_exam_negative() -> None:
    cyst = of_nodule(Nodule(Kind.CYST, Seen.BASELINE, cyst=Cyst.THIN))
    assert isinstance(cyst, NoRule)
    assert isinstance(of_exam([age_asked(cyst)]), Asked)
