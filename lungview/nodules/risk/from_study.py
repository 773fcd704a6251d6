"""Inputs that the study itself tells, each with where it is from; a reader may say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lungview.image.slice import Patient, Study
from lungview.image.values import dates
from lungview.lung.quantify import Quantities
from lungview.nodules.finding import Finding
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk.inputs import Inputs, Sex

EMPHYSEMA_LAA950 = 0.05  # of the lungs' airy voxels: COPDGene counts as emphysema what is above
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}
_IN_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}


@dataclass(frozen=True, slots=True)
class Filled:
    """inputs: what the study tells. sources: of each of them, in words."""

    inputs: Inputs
    sources: Mapping[str, str] = field(default_factory=dict)


def from_study(
    patient: Patient,
    study: Study,
    finding: Finding,
    *,
    lobe: Lobe | None = None,
    count: int | None = None,
    lungs: Quantities | None = None,
) -> Filled:
    """Inputs for one finding.

    lobe: said by the reader, or suggested. count: the findings accepted so far, and this one.
    """
    told: dict[str, tuple[object, str]] = {
        "age_years": (age_years(patient, study), "the patient's age at the study"),
        "sex": (_SEXES.get(patient.sex.strip().upper()), "the patient's sex in the file"),
        "long_mm": (finding.long_mm, "the outline's long axis"),
        "density": (finding.density, "HU in the outline"),
        "upper_lobe": (lobe.upper if lobe else None, f"the lobe, {lobe.value}" if lobe else ""),
        "count": (count, "findings accepted, with this one"),
        "emphysema": _emphysema(lungs),
    }
    known = {name: pair for name, pair in told.items() if pair[0] is not None}
    return Filled(
        Inputs(**{name: value for name, (value, _) in known.items()}),  # type: ignore[arg-type]
        {name: source for name, (_, source) in known.items()},
    )


def age_years(patient: Patient, study: Study) -> float | None:
    """The age at a study in years, below two years with fractions; None where the file does not tell."""
    found = dates.age(patient.age, patient.birth_date, study.date)
    return found.count / _IN_A_YEAR[found.unit] if found else None


def _emphysema(lungs: Quantities | None) -> tuple[bool | None, str]:
    """Of both lungs, whole and in thin slices: of part of them, or of thick ones, it is left to be asked."""
    if lungs is None or lungs.coverage.reasons:
        return None, ""
    share = lungs.both.laa950
    if share is None:
        return None, ""
    limit = f"above {EMPHYSEMA_LAA950:.0%} counts"
    return share > EMPHYSEMA_LAA950, f"%LAA−950 is {share:.1%}, {limit}"
