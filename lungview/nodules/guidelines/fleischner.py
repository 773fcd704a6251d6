"""Fleischner Society 2017: what to do about nodules found by chance."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from lungview.errors import InputError
from lungview.nodules.finding import Density
from lungview.nodules.guidelines.advice import Advice, Asked, NoRule
from lungview.nodules.guidelines.table import Fact, Measure, advise, check_size, load

_TABLE = "fleischner_2017"
_LEAST_AGE, _MOST_AGE = 35, 120
_LARGEST_MM, _LARGEST_MM3 = 30, 14137  # a larger one is a mass: Hansell DM et al., Radiology 2008;246:697


class Kind(enum.Enum):
    """The values of these classes are those of the table."""

    SOLID = Density.SOLID.value
    PART_SOLID = Density.PART_SOLID.value
    GROUND_GLASS = Density.GROUND_GLASS.value
    PERIFISSURAL = "perifissural"  # shape and place of an intrapulmonary lymph node
    BENIGN = "benign"  # by its calcification or fat


class Number(enum.Enum):
    SINGLE = "single"
    MULTIPLE = "multiple"


class Risk(enum.Enum):
    """Of lung cancer: LOW is below 5 % (ACCP)."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Nodule:
    """The nodule that guides, and whom it was found in. None is not known.

    long_mm, short_mm: axes; the guideline averages them to a whole mm. volume_mm3. solid_mm: average
    diameter of the solid part. Raises InputError for a size or an age that is none.
    """

    kind: Kind | None = None
    number: Number | None = None
    risk: Risk | None = None
    long_mm: float | None = None
    short_mm: float | None = None
    volume_mm3: float | None = None
    solid_mm: float | None = None
    age_years: float | None = None
    screening: bool | None = None
    known_cancer: bool | None = None
    immunosuppressed: bool | None = None

    def __post_init__(self) -> None:
        title = load(_TABLE).title
        for label in ("long_mm", "short_mm", "volume_mm3", "solid_mm"):
            check_size(title, label.replace("_", " "), getattr(self, label))
        if self.age_years is not None and not 0 <= self.age_years <= _MOST_AGE:
            raise InputError(f"{title}: expected an age of 0 to {_MOST_AGE} years, found {self.age_years:g}")

    @property
    def mean_mm(self) -> int | None:
        """The average of both axes in whole mm, halves up."""
        if self.long_mm is None or self.short_mm is None:
            return None
        return _whole((self.long_mm + self.short_mm) / 2)

    @property
    def facts(self) -> dict[str, Fact]:
        """By the table's names, sizes in whole numbers."""
        return {
            "screening": self.screening,
            "age_years": self.age_years,
            "known_cancer": self.known_cancer,
            "immunosuppressed": self.immunosuppressed,
            "nodule": self.kind.value if self.kind else None,
            "number": self.number.value if self.number else None,
            "risk": self.risk.value if self.risk else None,
            "size_mm": self.mean_mm,
            "size_mm3": None if self.volume_mm3 is None else _whole(self.volume_mm3),
            "solid_mm": None if self.solid_mm is None else _whole(self.solid_mm),
        }


def _whole(value: float) -> int:
    return math.floor(value + 0.5)


def of_nodule(nodule: Nodule, measure: Measure = Measure.DIAMETER) -> Advice:
    """What the guideline recommends, or why it does not apply."""
    table = load(_TABLE, measure)
    not_for = _not_for(nodule) or _mass(nodule, measure)
    if not_for:
        return NoRule(table.title, f"not made for {not_for}")
    said = advise(table, nodule.facts)
    whom = [
        n for n in ("screening", "age_years", "known_cancer", "immunosuppressed") if nodule.facts[n] is None
    ]
    if not whom:
        return said
    names = (*whom, *(said.names if isinstance(said, Asked) else ()))
    return Asked(table.title, names, tuple(table.labels[name] for name in names))


def _not_for(nodule: Nodule) -> str:
    if nodule.age_years is not None and nodule.age_years < _LEAST_AGE:
        return f"people below {_LEAST_AGE} years"
    reasons = {
        "screening": "lung cancer screening",
        "known_cancer": "people with a known primary cancer",
        "immunosuppressed": "people with immunosuppression",
    }
    return next((why for name, why in reasons.items() if getattr(nodule, name)), "")


def _mass(nodule: Nodule, measure: Measure) -> str:
    """Whether it is one, in words; what is benign by its look is so at any size."""
    if nodule.kind in (None, Kind.PERIFISSURAL, Kind.BENIGN):
        return ""
    by_volume = measure is Measure.VOLUME
    size = nodule.volume_mm3 if by_volume else nodule.mean_mm
    largest = _LARGEST_MM3 if by_volume else _LARGEST_MM
    if size is None or _whole(size) <= largest:
        return ""
    return f"masses, larger than {_LARGEST_MM} mm"
