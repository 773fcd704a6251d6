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
