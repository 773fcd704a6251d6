"""The sizes that a curve over time has: volumes where each scan has one, else diameters."""

from __future__ import annotations

from dataclasses import replace

from lungview.nodules.growth.over_time import Seen, over_time
from lungview.viewer.work_up.sizes import Sizes, sizes
from tests.nodules.growth.test_over_time import FIRST, SECOND, THIRD, finding


def test_volumes_of_thin_scans_with_nought_where_it_was_not_there() -> None:
    found = sizes(over_time([Seen(FIRST), Seen(SECOND, finding(100.0)), Seen(THIRD, finding(200.0))]))
    assert found == Sizes(("20220101", "20220701", "20230101"), (0, 181, 365), (0.0, 100.0, 200.0), "mm³")


def test_with_one_thick_scan_it_is_the_diameter_of_all() -> None:
    thick = replace(SECOND, slice_mm=5.0)
    found = sizes(over_time([Seen(FIRST, finding(100.0)), Seen(thick, finding(800.0))]))
    assert found.unit == "mm"
    assert found.values[1] / found.values[0] == 2.0


def test_without_an_earlier_scan_there_is_no_curve() -> None:
    assert sizes(None) == Sizes()
