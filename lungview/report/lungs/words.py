"""The words of lungs in numbers, as window, text, table and page say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lungview.image.values import dates
from lungview.lung.quantify import Density, Detail, Quantities
from lungview.lung.technique import doubts
from lungview.report.findings.words import UNKNOWN

HEAD = ("Volume", "%LAA−950", "Perc15", "Mean density")
THIRDS = ("Upper third", "Middle third", "Lower third")
HOW = (
    "Thirds are of equal height, the same in both lungs, from the highest to the lowest slice with lung.",
    "Vessels and nodules count for volumes, not for densities.",
)
_LUNGS = ("Both lungs", "Right lung", "Left lung")


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """The lungs of one scan. date: DA, "" where it is not told. series: its description."""

    date: str = field(repr=False)
    lungs: Quantities
    series: str = field(default="", repr=False)

    @property
    def detail(self) -> Detail | None:
        """Thirds, histogram and map, where the scan may be told in numbers; else None."""
        found = self.lungs.detail
        return None if found is None or found.reasons else found

    @property
    def day(self) -> str:
        """The date for people."""
        return dates.date_text(self.date) or "no date"


def parts(found: Quantities, detail: Detail) -> tuple[tuple[str, str, Density], ...]:
    """Lung, part of it ("" for the whole) and what was measured there: each lung, then its thirds."""
    wholes = (found.both, found.right, found.left)
    thirds = ((found.upper, found.middle, found.lower), detail.right_thirds, detail.left_thirds)
    return tuple(
        (lung, part, each)
        for lung, whole, three in zip(_LUNGS, wholes, thirds, strict=True)
        for part, each in zip(("", *THIRDS), (whole, *three), strict=True)
    )


def cells(found: Density) -> tuple[str, str, str, str]:
    """As HEAD has it."""
    return (
        f"{found.volume_ml:,.0f} ml",
        UNKNOWN if found.laa950 is None else f"{found.laa950:.1%}",
        _hu(found.perc15_hu),
        _hu(found.mean_hu),
    )


def _hu(value: float | None) -> str:
    return UNKNOWN if value is None else minus(f"{value:.0f} HU")


def minus(text: str) -> str:
    """With the sign that is as wide as a plus."""
    return text.replace("-", "−")


def technique(found: Detail) -> str:
    """What densities depend on, as the file tells it."""
    made = found.technique
    said = [f"slices of {made.slice_mm:.3g} mm"]
    said.append(f"reconstruction kernel {made.kernel}" if made.kernel else "reconstruction kernel not told")
    said.append(f"{made.kilovolts} kV" if made.kilovolts else "")
    said.append("with contrast agent" if made.contrast else "no contrast agent told")
    return ", ".join(each for each in said if each)


def why_not(found: Quantities) -> str:
    """Why there are no numbers, a sentence; "" where there are."""
    reasons = found.detail.reasons if found.detail is not None else ("the lungs were not measured by thirds",)
    return f"Not measured: {'; '.join(reasons)}." if reasons else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One scan over time. change: since the scan before, as HEAD; empty for the first. doubts: of it."""

    day: str
    cells: tuple[str, str, str, str]
    change: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def over_time(scans: Iterable[Scan]) -> tuple[Step, ...]:
    """The dated scans that have numbers, the oldest first; empty where there are fewer than two."""
    told = sorted((each for each in scans if each.detail and each.date), key=lambda each: each.date)
    if len(told) < 2:
        return ()
    first = Step(told[0].day, cells(told[0].lungs.both))
    return (first, *(_step(before, now) for before, now in pairwise(told)))


def _step(before: Scan, now: Scan) -> Step:
    old, new = before.lungs.both, now.lungs.both
    assert before.detail is not None
    assert now.detail is not None
    unsure = doubts(before.detail.technique, now.detail.technique, (old.volume_ml, new.volume_ml))
    return Step(now.day, cells(new), _change(old, new), unsure)


def _change(old: Density, new: Density) -> tuple[str, ...]:
    share = new.volume_ml / old.volume_ml - 1
    said = [f"{new.volume_ml - old.volume_ml:+,.0f} ml ({share:+.0%})"]
    said.append(_difference(old.laa950, new.laa950, 100, "{:+.1f} points"))
    said.append(_difference(old.perc15_hu, new.perc15_hu, 1, "{:+.0f} HU"))
    said.append(_difference(old.mean_hu, new.mean_hu, 1, "{:+.0f} HU"))
    return tuple(minus(each) for each in said)


def _difference(old: float | None, new: float | None, times: int, form: str) -> str:
    return UNKNOWN if old is None or new is None else form.format((new - old) * times)


def unsure(step: Step) -> str:
    """What makes a change unsure, a sentence; "" where nothing does."""
    return f"{step.day}, unsure: {'; '.join(step.doubts)}." if step.doubts else ""
