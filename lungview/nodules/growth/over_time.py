"""Over time: one nodule in several scans, what became of it from each to the next and on the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from lungview.image.values.dates import parse_date
from lungview.nodules.finding import Finding
from lungview.nodules.growth.change import Change, change, new, resolved
from lungview.nodules.growth.scans import Scan


@dataclass(frozen=True, slots=True)
class Seen:
    """A nodule in one scan. finding: None where the scan reaches its place and it is not there."""

    scan: Scan
    finding: Finding | None = None

    @property
    def day(self) -> date:
        """The scan's date. Raises ValueError for a scan without one, which is never compared."""
        found = parse_date(self.scan.date)
        if found is None:
            raise ValueError("a scan without a date is not compared")
        return found


@dataclass(frozen=True, slots=True)
class OverTime:
    """seen: by date, the oldest first. changes: from each to the next. whole: from the first to the last
    scan that it is measured in; None where there are fewer than two.
    """

    seen: tuple[Seen, ...] = field(default=(), repr=False)
    changes: tuple[Change, ...] = ()
    whole: Change | None = None


def over_time(seen: Iterable[Seen]) -> OverTime:
    """What became of a nodule; of two scans on one day the later one given counts."""
    by_day = {each.day: each for each in seen}
    ordered = tuple(by_day[day] for day in sorted(by_day))
    changes = tuple(_between(a, b) for a, b in pairwise(ordered))
    return OverTime(ordered, changes, _whole(ordered))


def _between(before: Seen, now: Seen) -> Change:
    days = (now.day - before.day).days
    if before.finding is not None and now.finding is not None:
        return change(before.finding, now.finding, (before.scan, now.scan), days)
    if before.finding is None and now.finding is None:
        return Change(None, days, notes=("in neither of the two scans",))
    return new(days) if before.finding is None else resolved(days)


def _whole(seen: Sequence[Seen]) -> Change | None:
    there = [each for each in seen if each.finding is not None]
    return _between(there[0], there[-1]) if len(there) > 1 else None
