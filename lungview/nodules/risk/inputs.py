"""What the risk formulas ask of a patient and a nodule. What is not known is None, never assumed."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from lungview.errors import InputError
from lungview.nodules.finding import Density


class Sex(enum.Enum):
    FEMALE = "female"
    MALE = "male"


class PriorCancer(enum.Enum):
    """A cancer before this nodule. One outside of the chest counts when it is more than five years past."""

    NONE = "none"
    OVER_FIVE_YEARS = "outside of the chest, more than five years ago"
    WITHIN_FIVE_YEARS = "within five years"
    LUNG = "lung cancer"


class Uptake(enum.Enum):
    """FDG uptake on PET, against the blood pool of the mediastinum (BTS 2015)."""

    NONE = "none"
    FAINT = "faint"
    MODERATE = "moderate"
    INTENSE = "intense"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Of one patient and one nodule.

    age_years: at the scan. long_mm: the nodule's longest diameter. density: its type. upper_lobe: of either
    lung; the lingula belongs to it, the middle lobe does not. count: nodules of the scan, this one included.
    spiculated: its margin. emphysema: seen on the scan. family_history: of lung cancer. smoker: now or
    ever. prior_cancer, uptake: see there. Raises InputError for what is no number.
    """

    age_years: float | None = None
    sex: Sex | None = None
    long_mm: float | None = None
    density: Density | None = None
    upper_lobe: bool | None = None
    count: int | None = None
    spiculated: bool | None = None
    emphysema: bool | None = None
    family_history: bool | None = None
    smoker: bool | None = None
    prior_cancer: PriorCancer | None = None
    uptake: Uptake | None = None

    def __post_init__(self) -> None:
        for name in ("age_years", "long_mm", "count"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise InputError(f"{LABELS[name]}: expected a number, found {value}")


LABELS = {
    "age_years": "age",
    "sex": "sex",
    "long_mm": "longest diameter",
    "density": "nodule type",
    "upper_lobe": "in an upper lobe",
    "count": "number of nodules",
    "spiculated": "spiculation",
    "emphysema": "emphysema",
    "family_history": "lung cancer in the family",
    "smoker": "smoker, now or ever",
    "prior_cancer": "cancer before this nodule",
    "uptake": "FDG uptake on PET",
}
UNITS = {"age_years": "years", "long_mm": "mm"}


def shown(name: str, value: object) -> str:
    """An input for people: "12.0 mm", "yes", "part-solid"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if name == "long_mm":
        return f"{value:.1f} mm"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text} {UNITS[name]}" if name in UNITS else text
