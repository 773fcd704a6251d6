"""From what the study tells and the reader says to the inputs of a guideline."""

from __future__ import annotations

from lungview.nodules.finding import Density, Finding
from lungview.nodules.growth.change import Trend
from lungview.nodules.guidelines import fleischner, lung_rads
from lungview.nodules.guidelines.advice import Advice
from lungview.nodules.guidelines.lung_rads_nodule import Kind, Nodule, Seen
from lungview.nodules.over import over
from lungview.nodules.risk.inputs import Inputs
from lungview.nodules.work_up.values import Guide, Said, Told

_MONTH_DAYS = 365.25 / 12
# Whether calcification or fat makes it benign is the reader's to see: no guideline hears it from HU alone.
_HEARD = (Density.SOLID, Density.PART_SOLID, Density.GROUND_GLASS)
_SEEN = {Trend.NEW: Seen.NEW, Trend.RESOLVED: Seen.RESOLVED}


def advice(told: Told, said: Said, risk: Inputs, guide: Guide) -> Advice:
    """What a guideline says. risk: the inputs of the formulas, the reader's over the study's.

    Raises InputError for sizes or an age that cannot be.
    """
    if guide is Guide.LUNG_RADS:
        if not_for := lung_rads.not_for(risk.age_years):
            return not_for
        found = lung_rads.of_nodule(over(said.screening, _screening(told, risk.density)))
        return lung_rads.age_asked(found) if risk.age_years is None else found
    return fleischner.of_nodule(over(said.chance, _by_chance(told, risk)))


def _screening(told: Told, density: Density | None) -> Nodule:
    now = _nodule(told.sized, density)
    if told.change is None or told.change.trend is None:
        return now
    if told.change.trend in _SEEN:
        return over(Nodule(seen=_SEEN[told.change.trend]), now)
    if told.prior is None:
        return now
    before = _nodule(told.prior, told.prior.density)
    return lung_rads.again(now, before, told.change.days / _MONTH_DAYS)


def _nodule(finding: Finding, density: Density | None) -> Nodule:
    part = density is Density.PART_SOLID
    return Nodule(
        kind=Kind(density.value) if density in _HEARD else None,
        mean_mm=_mean(finding.long_mm, finding.short_mm),
        volume_mm3=finding.volume_mm3,
        solid_mm=_mean(finding.solid_mm, finding.solid_short_mm) if part else None,
    )


def _by_chance(told: Told, risk: Inputs) -> fleischner.Nodule:
    finding = told.sized
    return fleischner.Nodule(
        kind=fleischner.Kind(risk.density.value) if risk.density in _HEARD else None,
        number=fleischner.Number.SINGLE if told.count == 1 else fleischner.Number.MULTIPLE,
        long_mm=finding.long_mm,
        short_mm=finding.short_mm,
        volume_mm3=finding.volume_mm3,
        solid_mm=_mean(finding.solid_mm, finding.solid_short_mm),
        age_years=risk.age_years,
    )


def _mean(long: float | None, short: float | None) -> float | None:
    return None if long is None or short is None else (long + short) / 2
