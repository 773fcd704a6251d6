"""Growth of known diameters and volumes over known days, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image.slice import Instance, Patient, Study
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.growth.change import (
    By,
    Change,
    Trend,
    change,
    cut_by_edge,
    doubling_days,
    new,
    resolved,
)
from lungview.nodules.growth.scans import Scan, days_between, scan_of, thick
from lungview.nodules.outlining.measure import axes
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.segment import outline
from lungview.study.series import Series
from tests.nodules.phantoms import ball, middle

BEFORE = Scan("a person", "20230131", "1.1", "1.1.1", 1.0)
NOW = Scan("a person", "20240131", "1.2", "1.2.1", 1.0)
DAYS = 365


def finding(mean_mm: float | None = None, volume_mm3: float | None = None, **more) -> Finding:
    more = {"long_mm": mean_mm, "short_mm": mean_mm, "volume_mm3": volume_mm3, **more}
    return Finding((3, 5), Source.READER, Status.ACCEPTED, **more)


def of(before: Finding, now: Finding, slice_mm: float = 1.0) -> Change:
    scans = replace(BEFORE, slice_mm=slice_mm), replace(NOW, slice_mm=slice_mm)
    return change(before, now, scans, DAYS)


def test_the_days_between_two_scans_are_those_of_the_calendar() -> None:
    assert days_between(replace(BEFORE, date="20240228"), replace(NOW, date="20240301")) == 2


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ({"person": "another"}, {}, "scans of two people"),
        ({"person": ""}, {}, "scans of two people"),
        ({"person": ""}, {"person": ""}, "name no one"),
        ({"series_uid": "1.2.1"}, {}, "the same study twice"),
        ({"study_uid": "1.2"}, {}, "the same study twice"),
        ({"date": ""}, {}, "the prior one has none"),
        ({}, {"date": "00000000"}, "the present one has none"),
        ({"date": "20240131"}, {}, "both on one day"),
        ({"date": "20240202"}, {}, "2 days after the present one"),
    ],
)
def test_scans_that_tell_no_growth_are_refused_in_one_sentence(before, now, why: str) -> None:
    with pytest.raises(InputError, match=why):
        days_between(replace(BEFORE, **before), replace(NOW, **now))


def test_scans_that_name_no_one_are_compared_where_the_reader_says_so() -> None:
    scans = replace(BEFORE, person=""), replace(NOW, person="")
    assert days_between(*scans, same_person=True) == DAYS


def test_scans_without_uids_are_not_taken_for_one() -> None:
    nameless = {"study_uid": "", "series_uid": ""}
    assert days_between(replace(BEFORE, **nameless), replace(NOW, **nameless)) == DAYS


def test_a_series_is_a_scan_of_its_person_day_and_widest_slice() -> None:
    series = Series(
        "k", "1.2.1", "", "CT", (Instance(path=None),), 1, 1,
        slice_spacing=2.5, thickness=1.25,
        patient=Patient("Doe^Jane", "7"), study=Study("1.2", date="20240131"),
    )  # fmt: skip
    found = scan_of(series)
    assert (found.date, found.study_uid, found.series_uid, found.slice_mm) == (
        "20240131",
        "1.2",
        "1.2.1",
        2.5,
    )
    assert found.person == scan_of(replace(series, patient=Patient("DOE^JANE", "7"))).person


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (100.0, 124.9, Trend.STABLE),
        (100.0, 125.0, Trend.GROWING),
        (100.0, 75.1, Trend.STABLE),
        (100.0, 75.0, Trend.SHRINKING),
    ],
)
def test_a_quarter_more_or_less_of_the_volume_is_more_than_error(before, now, trend) -> None:
    found = of(finding(6, before), finding(6, now))
    assert (found.trend, found.by) == (trend, By.VOLUME)


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (6.0, 7.9, Trend.STABLE),
        (6.0, 8.0, Trend.GROWING),
        (8.1, 6.2, Trend.STABLE),
        (8.0, 6.0, Trend.SHRINKING),
        (6.1, 8.1, Trend.GROWING),  # 2 mm, which floats make 1.9999999999999996
    ],
)
def test_two_millimetres_of_the_average_diameter_are_more_than_error(before, now, trend) -> None:
    found = of(finding(before), finding(now))
    assert (found.trend, found.by) == (trend, By.DIAMETER)


def test_a_volume_that_doubles_in_a_year_has_a_doubling_time_of_a_year() -> None:
    assert of(finding(6, 113), finding(7.6, 226)).doubling_days == pytest.approx(365)


def test_a_doubling_time_is_ln_2_times_the_days_over_the_log_of_the_ratio() -> None:
    # By hand: 268 mm³ (8 mm) to 524 mm³ (10 mm) in 180 days: 0.6931 × 180 / ln 1.9552 = 186.1
    assert doubling_days(268, 524, 180) == pytest.approx(186.1, abs=0.1)


def test_without_volumes_the_doubling_time_is_that_of_balls() -> None:
    # 3 ln (10 / 8) = 0.6694: 0.6931 × 365 / 0.6694
    assert of(finding(8), finding(10)).doubling_days == pytest.approx(377.9, abs=0.1)


def test_within_the_error_there_is_no_doubling_time() -> None:
    assert of(finding(6, 113), finding(6.2, 120)).doubling_days is None


@pytest.mark.parametrize(("before", "now", "days"), [(0, 5, 9), (5, -1, 9), (5, 5, 9), (5, 6, 0), (5, 6, -4)])
def test_volumes_or_days_that_tell_no_doubling_time_are_refused(before, now, days) -> None:
    with pytest.raises(InputError, match="doubling time"):
        doubling_days(before, now, days)


def test_slices_above_three_millimetres_allow_no_volumetry_and_that_is_said() -> None:
    found = of(finding(6, 113), finding(9, 382), slice_mm=3.1)
    assert (found.by, found.volume_mm3) == (By.DIAMETER, None)
    assert found.notes == ("no volumetry: it needs slices of at most 3 mm, found 3.1 mm",)


def test_one_thick_scan_is_enough_to_allow_no_volumetry() -> None:
    assert thick(BEFORE, replace(NOW, slice_mm=5.0))
    assert not thick(BEFORE, replace(NOW, slice_mm=3.0))
    assert thick(BEFORE, replace(NOW, slice_mm=None)) == (
        "no volumetry: a scan does not say how thick its slices are",
    )


def box(start: tuple[int, int, int]) -> Outline:
    return Outline(np.ones((3, 4, 4), bool), start, (20, 40, 40), (1.0, 0.7, 0.7), -860.0, 40.0)


@pytest.mark.parametrize("start", [(0, 9, 9), (17, 9, 9), (9, 0, 9), (9, 9, 36)])
def test_a_nodule_cut_by_the_edge_of_a_scan_has_no_growth(start) -> None:
    assert cut_by_edge(box(start))
    found = of(finding(6, 113), finding(9, 382, outline=box(start)))
    assert (found.trend, found.doubling_days) == (None, None)
    assert found.notes[0].startswith("cut by the edge of the present scan")


def test_a_nodule_inside_its_scan_is_not_cut() -> None:
    assert not cut_by_edge(box((1, 1, 1)))


def test_a_nodule_that_was_not_measured_has_no_trend() -> None:
    found = of(finding(), finding(9, 382))
    assert (found.trend, found.notes) == (None, ("not measured in both scans",))


def test_a_solid_part_that_grew_by_two_millimetres_is_growth_whatever_the_whole_did() -> None:
    before = finding(12, 900, density=Density.PART_SOLID, solid_mm=4.0)
    found = of(before, replace(before, solid_mm=6.0))
    assert (found.trend, found.by) == (Trend.GROWING, By.SOLID_PART)
    assert of(before, replace(before, solid_mm=5.9)).trend is Trend.STABLE


def test_a_solid_part_in_what_was_ground_glass_is_growth() -> None:
    before = finding(12, 900, density=Density.GROUND_GLASS)
    now = finding(12, 900, density=Density.PART_SOLID, solid_mm=4.0)
    assert of(before, now).trend is Trend.GROWING


def test_new_and_resolved_nodules_have_no_sizes_to_compare() -> None:
    assert (new(DAYS).trend, resolved(DAYS).trend) == (Trend.NEW, Trend.RESOLVED)
    assert new(DAYS).volume_change is None


def test_the_doubling_time_of_measured_balls_is_theirs_within_three_percent() -> None:
    """8 mm to 10 mm: 3 ln (10 / 8) = 0.6694, so ln 2 × 365 / 0.6694 = 377.9 days."""
    found = of(measured(8.0, seed=1), measured(10.0, seed=2), slice_mm=1.25)
    assert found.trend is Trend.GROWING
    assert found.doubling_days == pytest.approx(math.log(2) * 365 / (3 * math.log(10 / 8)), rel=0.03)


def measured(diameter_mm: float, seed: int) -> Finding:
    scan, spacing = ball(diameter_mm, seed=seed)
    around = outline(scan, spacing, middle(scan))
    size = axes(around)
    volume = Nodule(scan, around).filling.volume_mm3
    return finding(volume_mm3=volume, long_mm=size.long_mm, short_mm=size.short_mm, outline=around)
