"""Dates, times and ages as DICOM stores them (DA, TM, DT, AS; PS3.5 6.2), and the ways they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})|([0-9]{4})[.\-/]([0-9]{1,2})[.\-/]([0-9]{1,2})")
_TIME = re.compile(r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?")
_MOMENT = re.compile(r"([0-9]{8})([0-9]{2,6}(?:\.[0-9]{1,6})?)?([+-][0-9]{4})?")
_AGE = re.compile(r"([0-9]{1,3})([DWMY])", re.IGNORECASE)
_OLDEST = 150  # years; beyond it a birth date is a stand-in for none
_UNITS = {"D": "d", "W": "wk", "M": "mo", "Y": "y"}


@dataclass(frozen=True, slots=True)
class Age:
    """How old: a whole number of days (D), weeks (W), months (M) or years (Y)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {_UNITS[self.unit]}"


def parse_date(stored: str) -> date | None:
    """A DA, with the dots of the old standard or with dashes, or the day of a DT; None when it is no day."""
    written = stored.strip("\0 ")
    found = _DATE.fullmatch(written)
    if found is None:
        moment = parse_moment(written)
        return moment.date() if moment else None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:  # 00000000, or the 31st of a short month
        return None


def parse_time(stored: str) -> time | None:
    """A TM of hours at least, also with the colons of the old standard; None when it is no time of day."""
    found = _TIME.fullmatch(stored.strip("\0 "))
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    microsecond = int((found[4] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, minute, min(second, 59) if second == 60 else second, microsecond)  # a leap second
    except ValueError:
        return None


def parse_moment(stored: str) -> datetime | None:
    """A DT down to the day at least, with its offset from UTC where it has one; None when it is none."""
    found = _MOMENT.fullmatch(stored.strip("\0 "))
    if found is None:
        return None
    day, clock = parse_date(found[1]), parse_time(found[2]) if found[2] else time()
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock, _zone(found[3]))


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[3:]))
    return timezone(-offset if written[0] == "-" else offset) if offset < timedelta(hours=24) else None


def date_text(stored: str) -> str:
    """ "2024-01-31", the same everywhere; both ends of a range; "" for zeros; what is no date as it is."""
    day = parse_date(stored)
    if day is not None:
        return day.isoformat()
    if not stored.strip("0.-/ "):
        return ""
    ends = [parse_date(end) for end in stored.split("-")]
    if len(ends) == 2 and all(ends):
        return " – ".join(end.isoformat() for end in ends if end)
    return stored


def time_text(stored: str) -> str:
    """HHMMSS.FFFFFF as HH:MM; what has no minutes, or is no time, as it is."""
    clock = parse_time(stored)
    return f"{clock:%H:%M}" if clock is not None and len(stored.strip("\0 ")) >= 4 else stored


def parse_age(stored: str) -> Age | None:
    """An AS ("045Y"), also without its zeros; None when it is none, or older than people get."""
    found = _AGE.fullmatch("".join(stored.split()).strip("\0"))
    if found is None:
        return None
    count, unit = int(found[1]), found[2].upper()
    return None if unit == "Y" and count > _OLDEST else Age(count, unit)


def age(stored: str, birth: str, on: str) -> Age | None:
    """The age at a study: as stored (0010,1010), else from birth date and study date; None when not known.

    Days up to four weeks, weeks up to three months, months up to two years, then years.
    """
    said = parse_age(stored)
    if said is not None and said.count:  # nought years is a newborn only by a birth date
        return said
    born, then = parse_date(birth), parse_date(on)
    if born is None or then is None or born > then:
        return said
    return _between(born, then)


def _between(born: date, then: date) -> Age | None:
    days = (then - born).days
    months = (then.year - born.year) * 12 + then.month - born.month - (then.day < born.day)
    if days < 28:
        return Age(days, "D")
    if months < 3:
        return Age(days // 7, "W")
    if months < 24:
        return Age(months, "M")
    return Age(months // 12, "Y") if months // 12 <= _OLDEST else None
