"""Several prior scans of a desk: each is kept, the newest is the prior, a nodule is followed through all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.image.slice import Instance, Patient, Study
from lungview.nodules.answer import Located
from lungview.nodules.finding import Finding, Source, Status
from lungview.nodules.growth.change import Trend, change, new
from lungview.nodules.growth.compare import Comparison, Partner
from lungview.nodules.growth.scans import scan_of
from lungview.study.series import Series
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.earlier_scans import Earlier

PATIENT = Patient("Doe^Jane", "4711", "19620115", "F")


def series(key: str, date: str) -> Series:
    return Series(
        key, f"1.{key}", "Thorax", "CT", (Instance(Path(key)),) * 9, 512, 512,
        thickness=1.0, patient=PATIENT, study=Study(f"2.{key}", date=date),
    )  # fmt: skip


NOW, NEWER, OLDER = series("3", "20240101"), series("2", "20230101"), series("1", "20220101")


def finding(volume_mm3: float, mm: float) -> Finding:
    return Finding(
        (1, 2), Source.READER, Status.ACCEPTED, (0.0, 0.0, 0.0),
        long_mm=mm, short_mm=mm, volume_mm3=volume_mm3,
    )  # fmt: skip


LISTED = Listed(Located(finding(800.0, 11.5), 1, (0, 0, 9, 9)))
FINDINGS = FindingList(own=(LISTED,))


def earlier(prior: Series, before: Finding | None, days: int) -> Earlier:
    scans = scan_of(prior), scan_of(NOW)
    partner = (
        Partner(new(days))
        if before is None
        else Partner(change(before, LISTED.located.finding, scans, days), before, "R1")
    )
    return Earlier(prior, Comparison(days, prior.study.date, {LISTED.id: partner}))


def test_the_newest_of_the_compared_scans_is_the_prior_in_whatever_order_they_come() -> None:
    desk = Desk(NOW)
    desk.compared(earlier(OLDER, finding(200.0, 7.3), 730))
    assert desk.prior is OLDER
    desk.compared(earlier(NEWER, finding(400.0, 9.1), 365))
    assert desk.prior is NEWER
    desk.compared(earlier(OLDER, None, 730))
    assert desk.prior is NEWER
    assert [each.series for each in desk.earlier] == [OLDER, NEWER]


def test_a_nodule_is_followed_through_all_scans_that_were_compared() -> None:
    desk = Desk(NOW)
    desk.compared(earlier(OLDER, finding(200.0, 7.3), 730))
    desk.compared(earlier(NEWER, finding(400.0, 9.1), 365))
    found = desk.work_up(LISTED, FINDINGS).over_time
    assert [c.doubling_days for c in found.changes] == pytest.approx([365.0, 365.0])
    assert found.whole.doubling_days == pytest.approx(365.0)


def test_a_scan_that_does_not_reach_the_place_is_left_out() -> None:
    desk = Desk(NOW)
    told = earlier(OLDER, None, 730)
    away = replace(told.comparison, partners={LISTED.id: Partner(replace(new(730), trend=None))})
    desk.compared(replace(told, comparison=away))
    desk.compared(earlier(NEWER, finding(400.0, 9.1), 365))
    assert [c.trend for c in desk.work_up(LISTED, FINDINGS).over_time.changes] == [Trend.GROWING]


def test_without_a_prior_there_is_nothing_over_time() -> None:
    assert Desk(NOW).work_up(LISTED, FINDINGS).over_time is None


def test_a_finding_that_is_corrected_after_the_comparison_has_another_change() -> None:
    desk = Desk(NOW)
    desk.compared(earlier(NEWER, finding(800.0, 11.5), 365))
    assert desk.work_up(LISTED, FINDINGS).change.trend is Trend.STABLE
    larger = replace(LISTED, located=replace(LISTED.located, finding=finding(1600.0, 14.5)))
    found = desk.work_up(larger, FINDINGS.put(larger)).change
    assert (found.trend, found.volume_mm3, found.mean_mm) == (Trend.GROWING, (800.0, 1600.0), (11.5, 14.5))
    assert found.doubling_days == pytest.approx(365.0)


def test_a_finding_that_is_corrected_in_the_prior_scan_has_another_change_too() -> None:
    desk, told = Desk(NOW), earlier(NEWER, finding(800.0, 11.5), 365)
    before = Listed(Located(finding(400.0, 9.1), 1, (0, 0, 9, 9)), "RUL 1")
    near = ("another finding is near: check that it is this one",)
    partner = replace(told.comparison.partners[LISTED.id], id=before.id, notes=near)
    desk.compared(told.matched({LISTED.id: partner}))
    desk.follow(lambda series: FindingList(own=(before,) if series is NEWER else ()))
    found = desk.work_up(LISTED, FINDINGS)
    assert (found.change.volume_mm3, found.change.notes) == ((400.0, 800.0), near)
    assert desk.comparison.partners[LISTED.id].label == "RUL 1"


def test_of_a_finding_that_came_after_the_comparison_it_is_not_said_that_there_is_no_prior() -> None:
    desk, later = Desk(NOW), replace(LISTED, id="later")
    desk.compared(earlier(NEWER, finding(800.0, 11.5), 365))
    found = desk.work_up(later, FINDINGS.put(later)).change
    assert found.trend is None
    assert "compare them again" in found.notes[0]
