"""One nodule in several scans: what became of it from scan to scan, by balls of known volume."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lungview.nodules.finding import Finding, Source, Status
from lungview.nodules.growth.change import Trend
from lungview.nodules.growth.over_time import Seen, over_time
from lungview.nodules.growth.scans import Scan

FIRST = Scan("a person", "20220101", "1.1", "1.1.1", 1.0)
SECOND = replace(FIRST, date="20220701", study_uid="1.2", series_uid="1.2.1")  # 181 days later
THIRD = replace(FIRST, date="20230101", study_uid="1.3", series_uid="1.3.1")  # 184 days later


def finding(volume_mm3: float) -> Finding:
    mm = (6 * volume_mm3 / math.pi) ** (1 / 3)
    return Finding((3, 5), Source.READER, Status.ACCEPTED, long_mm=mm, short_mm=mm, volume_mm3=volume_mm3)


def test_each_interval_has_its_own_doubling_time_and_the_whole_has_one() -> None:
    found = over_time(
        [Seen(THIRD, finding(800.0)), Seen(FIRST, finding(100.0)), Seen(SECOND, finding(200.0))]
    )
    assert [change.doubling_days for change in found.changes] == pytest.approx([181.0, 92.0])
    assert found.whole is not None
    assert found.whole.doubling_days == pytest.approx(365 / 3)  # eightfold: three doublings


def test_a_scan_without_the_nodule_makes_it_new_and_then_resolved() -> None:
    found = over_time([Seen(FIRST), Seen(SECOND, finding(100.0)), Seen(THIRD)])
    assert [change.trend for change in found.changes] == [Trend.NEW, Trend.RESOLVED]
    assert found.whole is None


def test_a_volume_within_its_error_is_stable() -> None:
    found = over_time([Seen(FIRST, finding(100.0)), Seen(SECOND, finding(120.0))])
    assert found.changes[0].trend is Trend.STABLE
    assert found.changes[0].doubling_days is None


def test_in_neither_of_two_scans_nothing_is_told() -> None:
    found = over_time([Seen(FIRST), Seen(SECOND), Seen(THIRD, finding(90.0))])
    assert [change.trend for change in found.changes] == [None, Trend.NEW]


def test_one_thick_scan_takes_the_volumes_from_its_intervals_alone() -> None:
    thick = replace(SECOND, slice_mm=5.0)
    found = over_time([Seen(FIRST, finding(100.0)), Seen(thick, finding(200.0)), Seen(THIRD, finding(400.0))])
    assert [change.volume_mm3 for change in found.changes] == [None, None]
    assert found.whole is not None
    assert found.whole.volume_mm3 == (100.0, 400.0)


def test_a_scan_without_a_date_is_refused() -> None:
    with pytest.raises(ValueError, match="without a date"):
        over_time([Seen(replace(FIRST, date=""), finding(1.0))])
