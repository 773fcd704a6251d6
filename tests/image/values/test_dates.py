"""Dates, times and ages of PS3.5 6.2, and of files that write them otherwise."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from lungview.image.values import dates
from lungview.image.values.dates import Age


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("19930822", date(1993, 8, 22)),
        ("1993.08.22", date(1993, 8, 22)),
        ("1993-08-22", date(1993, 8, 22)),
        (" 19930822 ", date(1993, 8, 22)),
        ("20240131101500.5", date(2024, 1, 31)),
        ("20240229", date(2024, 2, 29)),
        ("20230229", None),
        ("00000000", None),
        ("0000.00.00", None),
        ("19931322", None),
        ("1993", None),
        ("١٩٩٣٠٨٢٢", None),
        ("", None),
    ],
)
def test_a_date_is_a_day_of_the_calendar_or_none(stored: str, day: date | None) -> None:
    assert dates.parse_date(stored) == day


@pytest.mark.parametrize(
    ("stored", "clock"),
    [
        ("070907.0705", time(7, 9, 7, 70500)),
        ("1010", time(10, 10)),
        ("10", time(10)),
        ("10:15:30.25", time(10, 15, 30, 250000)),
        ("235960", time(23, 59, 59)),
        ("101500.000000", time(10, 15)),
        ("021", None),
        ("251500", None),
        ("106000", None),
        ("noon", None),
        ("", None),
    ],
)
def test_a_time_is_a_time_of_day_or_none(stored: str, clock: time | None) -> None:
    assert dates.parse_time(stored) == clock


def test_a_moment_has_its_offset_from_utc() -> None:
    zone = timezone(timedelta(hours=-5))
    assert dates.parse_moment("19530827111300.0-0500") == datetime(1953, 8, 27, 11, 13, tzinfo=zone)
    assert dates.parse_moment("195308") is None


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("20240131", "2024-01-31"),
        ("1993.08.22", "1993-08-22"),
        ("20240101-20240131", "2024-01-01 – 2024-01-31"),
        ("00000000", ""),
        ("2024", "2024"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_date_reads_the_same_everywhere(stored: str, shown: str) -> None:
    assert dates.date_text(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("101530.25", "10:15"), ("10:15:30", "10:15"), ("1015", "10:15"), ("10", "10"), ("?", "?"), ("", "")],
)
def test_a_time_is_shown_to_the_minute(stored: str, shown: str) -> None:
    assert dates.time_text(stored) == shown


@pytest.mark.parametrize(
    ("stored", "age"),
    [
        ("045Y", Age(45, "Y")),
        ("45Y", Age(45, "Y")),
        ("018M", Age(18, "M")),
        ("003w", Age(3, "W")),
        ("012D", Age(12, "D")),
        ("45", None),
        ("999Y", None),
        ("Y", None),
        ("", None),
    ],
)
def test_a_stored_age_is_a_number_of_units_or_none(stored: str, age: Age | None) -> None:
    assert dates.parse_age(stored) == age


@pytest.mark.parametrize(
    ("birth", "on", "shown"),
    [
        ("20240101", "20240101", "0 d"),
        ("20240101", "20240128", "27 d"),
        ("20240101", "20240129", "4 wk"),
        ("20240101", "20240331", "12 wk"),
        ("20240101", "20240401", "3 mo"),
        ("20220102", "20240101", "23 mo"),
        ("20220101", "20240101", "2 y"),
        ("19500102", "20240101", "73 y"),
        ("19500102", "20240102", "74 y"),
        ("20000229", "20240228", "23 y"),
        ("1950.01.02", "20240102", "74 y"),
    ],
)
def test_an_age_is_counted_from_birth_to_study(birth: str, on: str, shown: str) -> None:
    assert str(dates.age("", birth, on)) == shown


@pytest.mark.parametrize(
    ("birth", "on"), [("20240102", "20240101"), ("", "20240101"), ("19500102", ""), ("00000000", "20240101")]
)
def test_an_age_that_is_not_known_is_not_made_up(birth: str, on: str) -> None:
    assert dates.age("", birth, on) is None


def test_the_stored_age_goes_before_a_count() -> None:
    assert dates.age("045Y", "19500102", "20240101") == Age(45, "Y")


def test_nought_years_are_counted_in_days_where_the_birth_date_is_known() -> None:
    assert str(dates.age("000Y", "20240101", "20240105")) == "4 d"
