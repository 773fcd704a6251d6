"""One nodule as Lung-RADS sees it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lungview.errors import InputError
from lungview.nodules.finding import Density
from lungview.nodules.guidelines.table import Fact, check_size, load

TABLE = "lung_rads_2022"


class Kind(enum.Enum):
    """The values of these classes are those of the table."""

    SOLID = Density.SOLID.value
    PART_SOLID = Density.PART_SOLID.value
    GROUND_GLASS = Density.GROUND_GLASS.value
    JUXTAPLEURAL = "juxtapleural"  # solid, smooth, oval, lentiform or triangular
    AIRWAY = "airway"
    CYST = "cyst"  # atypical
    BENIGN = "benign"  # by its calcification or fat


class Seen(enum.Enum):
    """Against the prior exam; smaller counts as stable."""

    BASELINE = "baseline"
    NEW = "new"
    STABLE = "stable"
    ENLARGED = "enlarged"  # over a size threshold, no growth by the definition
    GROWING = "growing"
    SLOWLY_GROWING = "slowly growing"
    RESOLVED = "resolved"


class SolidPart(enum.Enum):
    STABLE = "stable"
    NEW = "new"
    GROWING = "growing"


class Airway(enum.Enum):
    SUBSEGMENTAL = "subsegmental"
    PROXIMAL = "segmental or more proximal"


class Cyst(enum.Enum):
    THIN = "thin-walled"
    THICK = "thick-walled"
    MULTILOCULAR = "multilocular"


class CystChange(enum.Enum):
    LARGER = "the cyst is larger"
    MULTILOCULAR = "it became multilocular"
    WALL = "its wall or a nodule in it is thicker"
    DENSER = "more chambers, or new or more opacity"


@dataclass(frozen=True, slots=True)
class Nodule:
    """One nodule. mm: mean diameters; mm3: volumes; None is not known.

    previous: category at the prior exam, `months` ago. Raises InputError for a size that is none, and for a
    solid part larger than the nodule.
    """

    kind: Kind | None = None
    seen: Seen | None = None
    mean_mm: float | None = None
    volume_mm3: float | None = None
    solid_mm: float | None = None
    solid_mm3: float | None = None
    solid_part: SolidPart | None = None
    previous: str | None = None
    months: float | None = None
    proven_benign: bool | None = None
    airway: Airway | None = None
    cyst: Cyst | None = None
    cyst_change: CystChange | None = None

    def __post_init__(self) -> None:
        table = load(TABLE)
        for label, whole, part in (
            ("mean diameter", self.mean_mm, self.solid_mm),
            ("volume", self.volume_mm3, self.solid_mm3),
        ):
            check_size(table.title, label, whole)
            check_size(table.title, f"{label} of the solid part", part)
            if whole is not None and part is not None and part > whole:
                raise InputError(
                    f"{table.title}: the solid part ({part:g}) is larger than the nodule ({whole:g})"
                )
        check_size(table.title, "time since the prior exam", self.months)

    @property
    def facts(self) -> dict[str, Fact]:
        """By the table's names; mm to one decimal, mm³ to whole ones, as the guideline has it."""
        return {
            "nodule": _value(self.kind),
            "seen": _value(self.seen),
            "airway": _value(self.airway),
            "cyst": _value(self.cyst),
            "cyst_change": _value(self.cyst_change),
            "solid_part": _value(self.solid_part),
            "previous": self.previous,
            "proven_benign": self.proven_benign,
            "months": self.months,
            "size_mm": _rounded(self.mean_mm, 1),
            "size_mm3": _rounded(self.volume_mm3, 0),
            "solid_mm": _rounded(self.solid_mm, 1),
            "solid_mm3": _rounded(self.solid_mm3, 0),
        }


def _value(choice: enum.Enum | None) -> str | None:
    return None if choice is None else str(choice.value)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
