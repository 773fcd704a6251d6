"""What is done in the background: priors are offered, a comparison arrives or says why not."""

from __future__ import annotations

from dataclasses import replace

from lungview.image.slice import Patient, Study
from lungview.nodules.growth.change import new
from lungview.nodules.growth.compare import Comparison, Partner
from lungview.viewer.work_up.jobs import Jobs
from tests.ui.work_up.conftest import panel_of


def test_comparing_with_a_scan_that_tells_no_growth_says_why(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    jobs = panel._jobs
    assert isinstance(jobs, Jobs)
    series = window.session.stack.series
    jobs.compare(replace(series, key="twin", patient=Patient("Other^One", "9"), study=Study("1.9")))
    assert jobs.comparing
    qtbot.waitUntil(lambda: "scans of two people" in panel.sentence.text(), timeout=20_000)
    assert not jobs.comparing


def test_a_stopped_comparison_leaves_nothing(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    jobs = panel._jobs
    jobs.compare(replace(window.session.stack.series, key="twin"))
    jobs.stop()
    qtbot.waitUntil(lambda: not panel._soon.isActive())
    assert not jobs.comparing
    assert panel._desks.here()[1].comparison is None


def test_a_view_of_the_prior_scan_jumps_to_where_the_chosen_finding_lies(qtbot, chosen, window):
    found = chosen()
    panel = panel_of(window)
    desk, listed, _ = panel._desks.chosen()
    stack = window.session.stack
    before = replace(listed.located.finding, place_mm=(0.0, 0.0, stack.instances[4].geometry.position[2]))
    partner = Partner(new(365), before)
    told = Comparison(365, "20230131", {listed.id: partner})
    panel._desks.found(desk, prior=stack.series, comparison=told)
    found.choose(listed.id)
    assert stack.index == 4
