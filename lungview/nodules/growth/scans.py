"""Scans of one person at two dates: whether they may be compared, and what slices allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from lungview.errors import InputError
from lungview.image.values.dates import parse_date
from lungview.image.values.same_person import person_code
from lungview.study.series import Series

THICKEST_MM = 3.0  # slices, for volumetry


@dataclass(frozen=True, slots=True)
class Scan:
    """Whose scan, when, which. person: a code, "" where the file names no one; date: DA as stored.

    slice_mm: the larger of slice thickness and distance; None where the file says neither.
    """

    person: str = field(repr=False)
    date: str = field(repr=False)
    study_uid: str = field(default="", repr=False)
    series_uid: str = field(default="", repr=False)
    slice_mm: float | None = None


def scan_of(series: Series) -> Scan:
    """The scan that a series is."""
    sizes = [mm for mm in (series.thickness, series.slice_spacing) if mm]
    return Scan(
        person_code(series.patient),
        series.study.date,
        series.study.study_instance_uid,
        series.uid,
        max(sizes, default=None),
    )


def days_between(before: Scan, now: Scan, *, same_person: bool = False) -> int:
    """Days from the prior scan to the present one.

    same_person: the reader says so of files that name no one. Raises InputError, one sentence: another
    person, the same scan, the same day, a date that is absent, or the later scan given as the prior one.
    """
    if before.person != now.person:
        raise InputError("growth needs two scans of one person, found scans of two people")
    if not now.person and not same_person:
        raise InputError("growth needs two scans of one person, found scans that name no one")
    if _same(before.series_uid, now.series_uid) or _same(before.study_uid, now.study_uid):
        raise InputError("growth needs a prior scan, found the same study twice")
    first, last = parse_date(before.date), parse_date(now.date)
    if first is None:
        raise InputError("growth needs the dates of both scans, the prior one has none")
    if last is None:
        raise InputError("growth needs the dates of both scans, the present one has none")
    days = (last - first).days
    if days == 0:
        raise InputError("growth needs time between two scans, found both on one day")
    if days < 0:
        raise InputError(f"growth needs the prior scan first, found it {-days} days after the present one")
    return days


def _same(a: str, b: str) -> bool:
    return bool(a) and a == b


def thick(*scans: Scan) -> tuple[str, ...]:
    """Why there is no volumetry between scans, a sentence; nothing where there is."""
    if any(scan.slice_mm is None for scan in scans):
        return ("no volumetry: a scan does not say how thick its slices are",)
    widest = max(scan.slice_mm or 0.0 for scan in scans)
    if widest <= THICKEST_MM:
        return ()
    return (f"no volumetry: it needs slices of at most {THICKEST_MM:.0f} mm, found {widest:g} mm",)
