"""Growth: what became of a nodule between two scans of one person, and whether that is more than error.

By volume where both scans are thin enough: a change of 25 % is more than the error of volumetry. Else by the
average diameter: 2 mm (Fleischner Society: MacMahon H et al., Radiology 2017;284:228; Bankier AA et al.,
Radiology 2017;285:584). Doubling time = ln 2 · Δt / ln(V₂ / V₁).
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace

from lungview.errors import InputError
from lungview.nodules.finding import Density, Finding
from lungview.nodules.growth.scans import Scan, thick
from lungview.nodules.outlining.outline import Outline

VOLUME_ERROR = 0.25
DIAMETER_ERROR_MM = 2.0
_CUT_BEFORE = "cut by the edge of the prior scan: its size is not known, its growth not computed"
_CUT_NOW = "cut by the edge of the present scan: its size is not known, its growth not computed"


class Trend(enum.Enum):
    NEW = "new"
    RESOLVED = "resolved"
    STABLE = "stable"
    GROWING = "growing"
    SHRINKING = "shrinking"


class By(enum.Enum):
    """What a trend was decided by."""

    VOLUME = "volume"
    DIAMETER = "diameter"
    SOLID_PART = "solid part"


@dataclass(frozen=True, slots=True)
class Change:
    """Of one nodule. trend: None where it cannot be told, `notes` say why. by: what decided.

    days: between the scans. mean_mm: average diameters before and now. volume_mm3: the same of volumes, None
    without volumetry. doubling_days: of the volume, where it grew by more than the error.
    """

    trend: Trend | None
    days: int
    by: By | None = None
    mean_mm: tuple[float, float] | None = None
    volume_mm3: tuple[float, float] | None = None
    doubling_days: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def diameter_change_mm(self) -> float | None:
        return None if self.mean_mm is None else self.mean_mm[1] - self.mean_mm[0]

    @property
    def volume_change(self) -> float | None:
        """Relative, 0.25 for a quarter more."""
        return None if self.volume_mm3 is None else self.volume_mm3[1] / self.volume_mm3[0] - 1


def change(before: Finding, now: Finding, scans: tuple[Scan, Scan], days: int) -> Change:
    """What became of a nodule that is in both scans (prior, present), `days` apart."""
    for finding, note in ((before, _CUT_BEFORE), (now, _CUT_NOW)):
        if finding.outline is not None and cut_by_edge(finding.outline):
            return Change(None, days, notes=(note,))
    notes = thick(*scans)
    volumes = None if notes else _both(before.volume_mm3, now.volume_mm3)
    found = Change(None, days, None, _both(_mean(before), _mean(now)), volumes, notes=notes)
    return _decided(found, _solid_change(before, now))


def new(days: int) -> Change:
    """Of a nodule in the present scan alone."""
    return Change(Trend.NEW, days)


def resolved(days: int) -> Change:
    """Of a nodule in the prior scan alone."""
    return Change(Trend.RESOLVED, days)


def cut_by_edge(outline: Outline) -> bool:
    """Whether a nodule reaches the first or last slice, row or column of its scan: it may go on beyond."""
    return any(b.start == 0 or b.stop == n for b, n in zip(outline.box, outline.shape, strict=True))


def doubling_days(before_mm3: float, now_mm3: float, days: float) -> float:
    """ln 2 · Δt / ln(V₂ / V₁): below 0 while it shrinks. Raises InputError for no time and no growth."""
    if min(before_mm3, now_mm3) <= 0 or days <= 0 or before_mm3 == now_mm3:
        raise InputError("a doubling time needs two different volumes above 0 and time between them")
    return math.log(2) * days / math.log(now_mm3 / before_mm3)


def _mean(finding: Finding) -> float | None:
    if finding.long_mm is None or finding.short_mm is None:
        return None
    return (finding.long_mm + finding.short_mm) / 2


def _both(before: float | None, now: float | None) -> tuple[float, float] | None:
    return None if not before or not now else (before, now)


def _solid_change(before: Finding, now: Finding) -> float | None:
    """mm by which the solid part is longer; what was ground glass had none."""
    if now.solid_mm is None or before.density not in (Density.PART_SOLID, Density.GROUND_GLASS):
        return None
    if before.density is Density.GROUND_GLASS:
        return now.solid_mm
    return None if before.solid_mm is None else now.solid_mm - before.solid_mm


def _decided(found: Change, solid_change: float | None) -> Change:
    """With its trend: by the solid part where that grew, else by the volume, else by the diameter."""
    if solid_change is not None and solid_change >= DIAMETER_ERROR_MM:
        note = f"the solid part is {solid_change:.1f} mm longer"
        found = replace(found, trend=Trend.GROWING, by=By.SOLID_PART, notes=(*found.notes, note))
    elif found.volume_change is not None:
        found = replace(found, trend=_trend(found.volume_change, VOLUME_ERROR), by=By.VOLUME)
    elif found.diameter_change_mm is not None:
        found = replace(found, trend=_trend(found.diameter_change_mm, DIAMETER_ERROR_MM), by=By.DIAMETER)
    else:
        return replace(found, notes=(*found.notes, "not measured in both scans"))
    return replace(found, doubling_days=_doubling(found))


def _trend(value: float, error: float) -> Trend:
    # The error itself is growth ("2 mm or more"); a digit that floats lose must not hide it.
    if value >= error - 1e-9:
        return Trend.GROWING
    return Trend.SHRINKING if value <= -error + 1e-9 else Trend.STABLE


def _doubling(found: Change) -> float | None:
    """From the volumes where they grew by more than their error; from diameters, that of a ball."""
    if found.volume_mm3 is not None:
        grew = found.volume_change is not None and _trend(found.volume_change, VOLUME_ERROR) is Trend.GROWING
        return doubling_days(*found.volume_mm3, found.days) if grew else None
    if found.by is By.DIAMETER and found.trend is Trend.GROWING and found.mean_mm is not None:
        before, now = found.mean_mm
        return doubling_days(before**3, now**3, found.days)
    return None
