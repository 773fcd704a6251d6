"""Brock (PanCan): McWilliams A et al., N Engl J Med 2013;369:910–919, table 2, models 1b and 2b.

The size is the longest diameter on the scan, (mm / 10)^−0.5, centred at 4 mm; age at 62, count at 4.
"""

from __future__ import annotations

from lungview.nodules.finding import Density
from lungview.nodules.risk.formula import Estimate, Formula, Missing, Range, Term, estimate
from lungview.nodules.risk.inputs import Inputs, Sex

_SOURCE = "McWilliams A et al., N Engl J Med 2013;369:910–919, table 2"
_MADE_FOR = "smokers and ex-smokers of 50 to 75 years, nodules of a first screening CT (PanCan, BCCA)"
_SIZE_AT_4_MM = 1.58113883

_AGES, _SIZES = Range(18, 100), Range(1, 30)
_BENIGN: dict[object, str] = {
    Density.CALCIFIED: "a benign calcification needs no risk",
    Density.FAT: "fat in a nodule is benign and needs no risk",
}


def _female(sex: Sex) -> float:
    return float(sex is Sex.FEMALE)


def _size(mm: float) -> float:
    return float((mm / 10) ** -0.5 - _SIZE_AT_4_MM)


def _is(density: Density) -> Term:
    coefficient = {Density.GROUND_GLASS: -0.1276, Density.PART_SOLID: 0.3770}[density]
    return Term("density", coefficient, density.value, lambda found: float(found is density))


FULL = Formula(
    name="Brock, full, with spiculation (PanCan 2b)",
    source=_SOURCE,
    made_for=_MADE_FOR,
    constant=-6.7892,
    terms=(
        Term("age_years", 0.0287, "(age − 62)", lambda years: years - 62),
        Term("sex", 0.6011, "female", _female),
        Term("family_history", 0.2961, "lung cancer in the family", float),
        Term("emphysema", 0.2953, "emphysema", float),
        Term("long_mm", -5.3854, "((mm / 10)^−0.5 − 1.5811)", _size),
        _is(Density.GROUND_GLASS),
        _is(Density.PART_SOLID),
        Term("upper_lobe", 0.6581, "upper lobe", float),
        Term("count", -0.0824, "(count − 4)", lambda count: count - 4),
        Term("spiculated", 0.7729, "spiculated", float),
    ),
    ranges={"age_years": _AGES, "long_mm": _SIZES, "count": Range(1, 50)},
    derived={"age_years": Range(50, 75)},
    refused={"density": _BENIGN},
)

PARSIMONIOUS = Formula(
    name="Brock, parsimonious, with spiculation (PanCan 1b)",
    source=_SOURCE,
    made_for=_MADE_FOR,
    constant=-6.6144,
    terms=(
        Term("sex", 0.6467, "female", _female),
        Term("long_mm", -5.5537, "((mm / 10)^−0.5 − 1.5811)", _size),
        Term("upper_lobe", 0.6009, "upper lobe", float),
        Term("spiculated", 0.9309, "spiculated", float),
    ),
    ranges={"age_years": _AGES, "long_mm": _SIZES},
    refused={"density": _BENIGN},
)


def full(inputs: Inputs) -> Estimate | Missing:
    """Risk by model 2b. Raises InputError outside of its range."""
    return estimate(FULL, inputs)


def parsimonious(inputs: Inputs) -> Estimate | Missing:
    """Risk by model 1b. Raises InputError outside of its range."""
    return estimate(PARSIMONIOUS, inputs)
