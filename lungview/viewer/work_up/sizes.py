"""The sizes of a nodule over its scans, as a curve has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lungview.nodules.finding import Finding
from lungview.nodules.growth.over_time import OverTime, Seen
from lungview.nodules.growth.scans import thick

Measure = Callable[[Finding, Seen], float | None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """days: DA of each scan. after: days since the first. values: in `unit`, "mm³" or "mm"; 0 for none."""

    days: tuple[str, ...] = field(default=(), repr=False)
    after: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    unit: str = "mm³"


def sizes(found: OverTime | None) -> Sizes:
    """Volumes where every scan has one, else average diameters of the scans it was measured in."""
    if found is None:
        return Sizes()
    volumes = _known(found, _volume)
    unit = "mm³" if all(value is not None for _, value in volumes) else "mm"
    known = volumes if unit == "mm³" else _known(found, _mean)
    told = [(each, value) for each, value in known if value is not None]
    if not told:
        return Sizes()
    first = told[0][0].day
    return Sizes(
        tuple(each.scan.date for each, _ in told),
        tuple((each.day - first).days for each, _ in told),
        tuple(value for _, value in told),
        unit,
    )


def _known(found: OverTime, measure: Measure) -> list[tuple[Seen, float | None]]:
    return [(each, 0.0 if each.finding is None else measure(each.finding, each)) for each in found.seen]


def _volume(finding: Finding, seen: Seen) -> float | None:
    return None if thick(seen.scan) else finding.volume_mm3


def _mean(finding: Finding, _: Seen) -> float | None:
    if finding.long_mm is None or finding.short_mm is None:
        return None
    return (finding.long_mm + finding.short_mm) / 2
