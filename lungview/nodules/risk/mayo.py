"""Mayo Clinic: Swensen SJ et al., Arch Intern Med 1997;157:849–855; the size is in mm."""

from __future__ import annotations

from lungview.nodules.finding import Density
from lungview.nodules.risk.formula import Estimate, Formula, Missing, Range, Term, estimate
from lungview.nodules.risk.inputs import Inputs, PriorCancer

MAYO = Formula(
    name="Mayo",
    source="Swensen SJ et al., Arch Intern Med 1997;157:849–855",
    made_for="one indeterminate nodule of 4 to 30 mm on a chest radiograph, no lung cancer before, "
    "no other cancer within five years",
    constant=-6.8272,
    terms=(
        Term("age_years", 0.0391, "age", float),
        Term("smoker", 0.7917, "smoker, now or ever", float),
        Term(
            "prior_cancer",
            1.3388,
            "cancer outside of the chest more than five years ago",
            lambda found: float(found is PriorCancer.OVER_FIVE_YEARS),
        ),
        Term("long_mm", 0.1274, "mm", float),
        Term("spiculated", 1.0407, "spiculated", float),
        Term("upper_lobe", 0.7838, "upper lobe", float),
    ),
    ranges={
        "age_years": Range(18, 100),
        "long_mm": Range(4, 30),
        "count": Range(1, 1, "the formula was made for a solitary nodule, not for several"),
    },
    refused={
        "prior_cancer": {
            PriorCancer.WITHIN_FIVE_YEARS: "the formula was not made for a cancer within five years",
            PriorCancer.LUNG: "the formula was not made for people who had lung cancer",
        },
        "density": {
            Density.CALCIFIED: "a benign calcification needs no risk",
            Density.FAT: "fat in a nodule is benign and needs no risk",
        },
    },
)


def mayo(inputs: Inputs) -> Estimate | Missing:
    """Risk before PET. Raises InputError outside of its range."""
    return estimate(MAYO, inputs)
