"""Jobs of a work-up without a window: begun once, stopped, and told of when they fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import GeometryError
from lungview.image.slice import Patient
from lungview.nodules.growth.change import new
from lungview.nodules.growth.compare import Comparison, Partner
from lungview.viewer.work_up import background
from lungview.viewer.work_up import desks as all_desks
from lungview.viewer.work_up import jobs as working
from tests.viewer.nodules.conftest import findings, looked, series

__all__ = ["findings", "looked", "series"]


@pytest.fixture
def jobs(opened, looked):
    made = working.of(opened.workspace)
    looked.choose(looked.list_of(looked.opened()).models[0].id)
    opened.hand.work()
    return made


@pytest.fixture
def told(opened, jobs):
    heard: list[str] = []
    all_desks.of(opened.workspace).told.connect(heard.append)
    return heard


def test_lungs_are_looked_for_once_and_a_failure_is_told(opened, jobs, told, monkeypatch):
    asked = []

    def chest_of(*_: object) -> None:
        asked.append(1)
        raise GeometryError("the slices leave a gap")

    monkeypatch.setattr(background, "chest_of", chest_of)
    jobs.look_over()
    jobs.look_over()
    opened.hand.work()

    assert asked == [1]
    assert told == ["the slices leave a gap"]


def test_a_comparison_that_is_stopped_leaves_nothing(opened, series, jobs, monkeypatch):
    monkeypatch.setattr(background, "against_prior", lambda *_: pytest.fail("it was stopped"))
    jobs.compare(replace(series, key="twin"))
    assert jobs.comparing

    jobs.stop()
    opened.hand.work()

    assert not jobs.comparing
    assert jobs.desks.here()[1].comparison is None


def test_a_scan_that_tells_no_growth_is_said_why(opened, series, jobs, told):
    jobs.compare(replace(series, key="twin", patient=Patient("Other^One", "9")))
    opened.hand.work()

    assert told == ["growth needs two scans of one person, found scans of two people"]
    assert not jobs.comparing


def test_a_fault_of_the_program_is_one_sentence(opened, series, jobs, told, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(background, "against_prior", broken)
    jobs.compare(replace(series, key="twin"))
    opened.hand.work()
    assert told == ["it stopped: ZeroDivisionError"]


def test_a_pane_of_the_prior_scan_goes_to_where_the_chosen_finding_lies(opened, series, jobs, looked):
    desk, listed, _ = jobs.desks.chosen()
    at = series.instances[4].geometry.position
    partner = Partner(new(365), replace(listed.located.finding, place_mm=(0.0, 0.0, at[2])))
    jobs.desks.found(desk, prior=series, comparison=Comparison(365, "20230131", {listed.id: partner}))

    looked.choose(listed.id, go=False)

    assert opened.workspace.stack.index == 4


def test_the_exam_is_signed_with_the_reader_of_the_settings(opened, jobs):
    opened.workspace.keep(report_reader="Dr. Nobody")
    assert jobs.signed(jobs.desks.exam()).reader == "Dr. Nobody"


def test_a_work_up_that_is_saved_is_told(opened, jobs, told, tmp_path):
    jobs.save(tmp_path / "w.txt")
    opened.hand.work()
    assert told == ["Written: w.txt"]
    assert (tmp_path / "w.txt").read_text("utf-8")
