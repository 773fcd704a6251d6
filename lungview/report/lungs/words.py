"""The words of lungs in numbers, as window, text, table and page say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lungview.image.values import dates
from lungview.lung.quantify import Density, Detail, Quantities
from lungview.lung.technique import doubts

UNKNOWN = "–"
HEAD = ("Volume", "%LAA−950", "Perc15", "Mean density")
_HEAD_OF_PART = ("Volume in the scan", *HEAD[1:])
THIRDS = ("Upper third", "Middle third", "Lower third")
HOW = (
    "Thirds are of equal height, the same in both lungs, from the highest to the lowest slice with lung.",
    "Vessels and nodules count for volumes, not for densities.",
)
_LUNGS = ("Both lungs", "Right lung", "Left lung")


NOT_TOLD = "Thirds and change over time are not told, nor is emphysema filled in for risk formulas."


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """The lungs of one scan. date: DA, "" where it is not told. series: its description.

    lungs: None where they could not be measured, and `why` says so.
    """

    date: str = field(repr=False)
    lungs: Quantities | None
    series: str = field(default="", repr=False)
    why: str = ""

    @property
    def detail(self) -> Detail | None:
        """Thirds, histogram and map, where they were made."""
        return None if self.lungs is None else self.lungs.detail

    @property
    def missing(self) -> str:
        """Why its numbers are not compared with another scan's; "" where they are."""
        if self.lungs is None:
            return self.why or "the lungs were not measured"
        return "; ".join(self.lungs.coverage.reasons)

    @property
    def day(self) -> str:
        """The date for people."""
        return dates.date_text(self.date) or "no date"


def head(found: Quantities) -> tuple[str, ...]:
    """What `cells` holds: of part of the lungs no volume is called that of a lung."""
    return _HEAD_OF_PART if found.coverage.of_scan else HEAD


def limits(found: Quantities) -> tuple[str, ...]:
    """What must stand beside the numbers of a scan, a sentence each; empty where nothing must."""
    known = found.coverage
    if not known.reasons:
        return ()
    return (
        f"Densities are {'; '.join(known.mark)}.",
        f"Reason: {'; '.join(known.reasons)}.",
        NOT_TOLD,
    )


def summary(found: Quantities) -> str:
    """Volumes and densities in one line, with what must stand beside them."""
    known = found.coverage
    where = " in the scan" if known.of_scan else ""
    said = [f"right {found.right.volume_ml:,.0f} ml", f"left {found.left.volume_ml:,.0f} ml{where}"]
    if found.both.laa950 is not None:
        said.append(f"%LAA−950 {found.both.laa950:.1%}")
    if found.both.perc15_hu is not None:
        said.append(f"Perc15 {_hu(found.both.perc15_hu)}")
    marked = f" (densities {'; '.join(known.mark)})" if known.mark else ""
    return ", ".join(said) + marked


def parts(found: Quantities, detail: Detail) -> tuple[tuple[str, str, Density], ...]:
    """Lung, part of it ("" for the whole) and what was measured there: each lung, then its thirds.

    Thirds of lungs that are whole in thin slices alone.
    """
    wholes = (found.both, found.right, found.left)
    thirds = ((found.upper, found.middle, found.lower), detail.right_thirds, detail.left_thirds)
    told = () if found.coverage.reasons else THIRDS
    return tuple(
        (lung, part, each)
        for lung, whole, three in zip(_LUNGS, wholes, thirds, strict=True)
        for part, each in zip(("", *told), (whole, *three), strict=False)
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


def how(found: Quantities) -> tuple[str, ...]:
    """How it was measured, a sentence each."""
    return HOW[1:] if found.coverage.reasons else HOW


@dataclass(frozen=True, slots=True)
class Step:
    """One scan over time. change: since the scan before, as HEAD; empty for the first. doubts: of it.

    missing: why the scan has no numbers here; "" where it has.
    """

    day: str
    cells: tuple[str, ...]
    change: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    missing: str = ""


def over_time(scans: Iterable[Scan]) -> tuple[Step, ...]:
    """All scans, the oldest first, each with its numbers or why it has none; empty where it is but one."""
    ordered = sorted(scans, key=lambda each: each.date)
    if len(ordered) < 2:
        return ()
    steps, before = [], None
    for each in ordered:
        missing = each.missing or ("" if each.date else "it has no date")
        if missing or each.lungs is None:
            steps.append(Step(each.day, (UNKNOWN,) * len(HEAD), missing=missing))
            continue
        now = Step(each.day, cells(each.lungs.both))
        steps.append(now if before is None else _step(now, before, each))
        before = each
    return tuple(steps)


def _step(now: Step, before: Scan, scan: Scan) -> Step:
    assert before.lungs is not None
    assert scan.lungs is not None
    assert before.detail is not None
    assert scan.detail is not None
    old, new = before.lungs.both, scan.lungs.both
    unsure = doubts(before.detail.technique, scan.detail.technique, (old.volume_ml, new.volume_ml))
    return replace(now, change=_change(old, new), doubts=unsure)


def _change(old: Density, new: Density) -> tuple[str, ...]:
    share = new.volume_ml / old.volume_ml - 1
    said = [f"{new.volume_ml - old.volume_ml:+,.0f} ml ({share:+.0%})"]
    said.append(_difference(old.laa950, new.laa950, 100, "{:+.1f} points"))
    said.append(_difference(old.perc15_hu, new.perc15_hu, 1, "{:+.0f} HU"))
    said.append(_difference(old.mean_hu, new.mean_hu, 1, "{:+.0f} HU"))
    return tuple(minus(each) for each in said)


def _difference(old: float | None, new: float | None, times: int, form: str) -> str:
    return UNKNOWN if old is None or new is None else form.format((new - old) * times)


def beside(step: Step) -> str:
    """Why a scan is not compared, or what makes its change unsure, a sentence; "" where nothing does."""
    if step.missing:
        return f"{step.day}, not compared: {step.missing}."
    return f"{step.day}, unsure: {'; '.join(step.doubts)}." if step.doubts else ""
