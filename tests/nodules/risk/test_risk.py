"""Risk formulas against values worked out by hand from the published coefficients.

Brock 2b is written a second time as Winter A et al., Eur Radiol 2019;29:5367, table 2 print it: nothing
centred, the constant 0.2761; and a third time with the digits that calculators use. Mayo and Herder by hand
from the papers' coefficients, and Herder once more as a public calculator has it.
"""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.errors import InputError
from lungview.nodules.finding import Density
from lungview.nodules.over import over
from lungview.nodules.risk import brock, herder, mayo
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.inputs import Inputs, PriorCancer, Sex, Uptake

WOMAN = Inputs(
    age_years=62,
    sex=Sex.FEMALE,
    long_mm=10.0,
    density=Density.SOLID,
    upper_lobe=True,
    count=1,
    spiculated=True,
    emphysema=False,
    family_history=False,
    smoker=True,
    prior_cancer=PriorCancer.NONE,
)
MODELS = [brock.full, brock.parsimonious, mayo.mayo, herder.herder]


def probability(found: Estimate | Missing) -> float:
    assert isinstance(found, Estimate)
    return found.probability


def winter(age, female, family, emphysema, mm, type_, upper, count, spiculated) -> float:
    x = 0.0287 * age + 0.6011 * female + 0.2961 * family + 0.2953 * emphysema - 5.3854 * (mm / 10) ** -0.5
    x += {"solid": 0.0, "part": 0.3770, "non": -0.1276}[type_] + 0.6581 * upper - 0.0824 * count
    return 1 / (1 + math.exp(-(x + 0.7729 * spiculated + 0.2761)))


def test_brock_in_full_is_what_its_coefficients_give_by_hand() -> None:
    # 0.6011 + 3.1297 + 0.6581 + 0.2472 + 0.7729 − 6.7892 = −1.3802
    assert probability(brock.full(WOMAN)) == pytest.approx(0.2010, abs=5e-5)


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({}, (62, 1, 0, 0, 10, "solid", 1, 1, 1)),
        ({"age_years": 70, "sex": Sex.MALE}, (70, 0, 0, 0, 10, "solid", 1, 1, 1)),
        ({"family_history": True, "emphysema": True}, (62, 1, 1, 1, 10, "solid", 1, 1, 1)),
        ({"density": Density.PART_SOLID, "long_mm": 22.0}, (62, 1, 0, 0, 22, "part", 1, 1, 1)),
        ({"density": Density.GROUND_GLASS, "count": 7}, (62, 1, 0, 0, 10, "non", 1, 7, 1)),
        ({"upper_lobe": False, "spiculated": False}, (62, 1, 0, 0, 10, "solid", 0, 1, 0)),
    ],
)
def test_brock_in_full_agrees_with_its_uncentred_form(change, other) -> None:
    assert probability(brock.full(replace(WOMAN, **change))) == pytest.approx(winter(*other), abs=2e-5)


def calculator(age, female, mm, count) -> float:
    """Brock 2b of an upper, spiculated, solid nodule, with the digits of a public calculator (centred)."""
    x = 0.0286687 * (age - 62) + 0.6011 * female - 5.385484 * ((mm / 10) ** -0.5 - 1.58113883)
    x += 0.6581383 + 0.7729335 - 0.0824156 * (count - 4) - 6.78917
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize(("age", "mm", "count"), [(50, 4.0, 1), (62, 10.0, 4), (75, 29.0, 12)])
def test_brock_in_full_agrees_with_more_digits_of_its_coefficients(age, mm, count) -> None:
    found = brock.full(replace(WOMAN, age_years=age, long_mm=mm, count=count))
    assert probability(found) == pytest.approx(calculator(age, 1, mm, count), abs=2e-4)


def test_brock_in_short_is_what_its_coefficients_give_by_hand() -> None:
    # 0.6467 + 3.2275 + 0.6009 + 0.9309 − 6.6144 = −1.2084
    assert probability(brock.parsimonious(WOMAN)) == pytest.approx(0.2300, abs=5e-5)


@pytest.mark.parametrize(("said", "odds"), [("female", 1.91), ("upper lobe", 1.82), ("spiculated", 2.54)])
def test_the_odds_ratios_of_brock_in_short_are_the_printed_ones(said: str, odds: float) -> None:
    coefficient = {t.said: t.coefficient for t in brock.PARSIMONIOUS.terms}[said]
    assert math.exp(coefficient) == pytest.approx(odds, abs=0.005)


def test_mayo_is_what_its_coefficients_give_by_hand() -> None:
    plain = replace(WOMAN, spiculated=False, upper_lobe=False)
    # −6.8272 + 2.4242 + 0.7917 + 1.2740 = −2.3373
    assert probability(mayo.mayo(plain)) == pytest.approx(0.0881, abs=5e-5)


def test_mayo_counts_a_cancer_of_more_than_five_years_ago() -> None:
    later = replace(WOMAN, prior_cancer=PriorCancer.OVER_FIVE_YEARS)
    odds = [p / (1 - p) for p in (probability(mayo.mayo(WOMAN)), probability(mayo.mayo(later)))]
    assert math.log(odds[1] / odds[0]) == pytest.approx(1.3388)


@pytest.mark.parametrize(
    ("uptake", "expected"),
    # −4.739 + 3.691 × 0.0881 (Mayo, above) + 0, 2.322, 4.617, 4.771
    [
        (Uptake.NONE, 0.0120),
        (Uptake.FAINT, 0.1099),
        (Uptake.MODERATE, 0.5506),
        (Uptake.INTENSE, 0.5884),
    ],
)
def test_herder_is_what_its_coefficients_give_by_hand(uptake: Uptake, expected: float) -> None:
    plain = replace(WOMAN, spiculated=False, upper_lobe=False, uptake=uptake)
    assert probability(herder.herder(plain)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("uptake", "added"),
    [(Uptake.NONE, 0), (Uptake.FAINT, 2.322), (Uptake.MODERATE, 4.617), (Uptake.INTENSE, 4.771)],
)
@pytest.mark.parametrize(("age", "mm"), [(45, 8.0), (62, 14.0), (80, 29.0)])
def test_herder_agrees_with_a_public_calculator(age: int, mm: float, uptake: Uptake, added: float) -> None:
    pet = herder.herder(replace(WOMAN, age_years=age, long_mm=mm, uptake=uptake))
    before = 1 / (1 + math.exp(-(0.0391 * age + 0.1274 * mm + 0.7917 + 0.7838 + 1.0407 - 6.8272)))
    assert probability(pet) == pytest.approx(1 / (1 + math.exp(-(-4.739 + 3.691 * before + added))))


@pytest.mark.parametrize("model", MODELS)
def test_without_inputs_a_formula_asks_for_all_of_them_and_says_nothing(model) -> None:
    found = model(Inputs())
    assert isinstance(found, Missing)
    assert found.names


@pytest.mark.parametrize("model", MODELS)
def test_no_formula_answers_without_each_of_its_inputs(model) -> None:
    whole = replace(WOMAN, uptake=Uptake.FAINT)
    for name in model(Inputs()).names:
        found = model(replace(whole, **{name: None}))
        assert found == Missing(found.formula, (name,))


@pytest.mark.parametrize(("model", "name"), [(brock.parsimonious, "age_years"), (mayo.mayo, "density")])
def test_what_would_forbid_a_formula_is_asked_though_no_term_has_it(model, name: str) -> None:
    found = model(replace(WOMAN, **{name: None}))
    assert found == Missing(found.formula, (name,))


def test_what_is_missing_is_said_in_words() -> None:
    assert str(mayo.mayo(replace(WOMAN, smoker=None))) == "Mayo needs: smoker, now or ever"


@pytest.mark.parametrize("age", [7, 17, 101, 130])
@pytest.mark.parametrize("model", MODELS)
def test_an_age_no_formula_was_made_for_is_refused(model, age: int) -> None:
    with pytest.raises(InputError, match=f"age from 18 to 100 years, found {age} years: not computed"):
        model(replace(WOMAN, age_years=age))


@pytest.mark.parametrize(
    ("model", "mm"),
    [
        (brock.full, 0.9),
        (brock.full, 30.1),
        (brock.parsimonious, 0.9),
        (brock.parsimonious, 30.1),
        (mayo.mayo, 3.9),
        (mayo.mayo, 30.1),
        (herder.herder, 3.9),
        (herder.herder, 30.1),
    ],
)
def test_a_size_outside_of_a_formulas_range_is_refused(model, mm: float) -> None:
    with pytest.raises(InputError, match="longest diameter from"):
        model(replace(WOMAN, long_mm=mm))


def test_what_herder_refuses_it_refuses_in_its_own_name() -> None:
    with pytest.raises(InputError, match=r"^Herder, after PET: expected longest diameter"):
        herder.herder(replace(WOMAN, long_mm=31.0))


@pytest.mark.parametrize(
    "change",
    [
        {"count": 0},
        {"density": Density.CALCIFIED},
        {"density": Density.FAT},
    ],
)
def test_what_brock_was_not_made_for_is_refused(change) -> None:
    with pytest.raises(InputError, match="not computed"):
        brock.full(replace(WOMAN, **change))


@pytest.mark.parametrize("found", [PriorCancer.WITHIN_FIVE_YEARS, PriorCancer.LUNG])
def test_mayo_and_herder_refuse_a_cancer_that_they_were_not_made_for(found: PriorCancer) -> None:
    for model in (mayo.mayo, herder.herder):
        with pytest.raises(InputError, match="not made for"):
            model(replace(WOMAN, prior_cancer=found, uptake=Uptake.NONE))


@pytest.mark.parametrize(("model", "name"), [(mayo.mayo, "Mayo"), (herder.herder, "Herder, after PET")])
def test_what_was_made_for_a_solitary_nodule_refuses_several(model, name: str) -> None:
    with pytest.raises(InputError) as refused:
        model(replace(WOMAN, count=2, uptake=Uptake.FAINT))
    said = "the formula was made for a solitary nodule, not for several, found 2: not computed"
    assert refused.value.message == f"{name}: {said}"
    assert isinstance(model(replace(WOMAN, count=1, uptake=Uptake.FAINT)), Estimate)


def test_a_refusal_needs_no_other_input() -> None:
    with pytest.raises(InputError, match="age"):
        brock.full(Inputs(age_years=7))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_size_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="expected a number"):
        Inputs(long_mm=value)


def test_an_age_outside_of_the_derivation_is_noted() -> None:
    found = brock.full(replace(WOMAN, age_years=40))
    assert isinstance(found, Estimate)
    assert found.notes == ("derived for age from 50 to 75 years, not for 40 years",)


def test_the_parts_of_an_estimate_add_up_to_its_log_odds() -> None:
    found = brock.full(WOMAN)
    assert isinstance(found, Estimate)
    x = brock.FULL.constant + sum(part for _, part in found.parts)
    assert math.log(found.probability / (1 - found.probability)) == pytest.approx(x)


def test_an_estimate_says_from_which_inputs_it_is() -> None:
    found = mayo.mayo(WOMAN)
    assert isinstance(found, Estimate)
    assert dict(found.inputs)["longest diameter"] == "10.0 mm"
    assert dict(found.inputs)["cancer before this nodule"] == "none"


@given(st.floats(4, 30), st.floats(4, 30))
def test_the_larger_nodule_never_has_the_lower_risk(a: float, b: float) -> None:
    small, large = sorted((a, b))
    for model in MODELS:
        risks = [probability(model(replace(WOMAN, uptake=Uptake.FAINT, long_mm=mm))) for mm in (small, large)]
        assert risks[0] <= risks[1]


def test_a_readers_input_goes_over_that_of_the_study() -> None:
    study = Inputs(age_years=61, emphysema=True)
    assert over(Inputs(emphysema=False), study) == Inputs(age_years=61, emphysema=False)
