"""The desks: priors, comparisons, what is in the exam."""

from __future__ import annotations

from dataclasses import replace

from lungview.image.slice import Patient
from lungview.nodules.finding import Status
from lungview.nodules.growth.change import change
from lungview.nodules.growth.compare import Comparison, Partner
from lungview.nodules.growth.scans import Scan
from tests.ui.work_up.conftest import panel_of, say


def test_a_prior_of_another_person_is_offered_with_the_reason_against_it(chosen, window):
    chosen()
    jobs = panel_of(window)._jobs
    other = replace(window.session.stack.series, key="other", patient=Patient("Other^One", "9"))
    window.session.series.append(other)
    assert [why for series, why in jobs.priors() if series is other] == [
        "growth needs two scans of one person, found scans of two people"
    ]


def test_a_rejected_finding_is_not_in_the_exam(qtbot, chosen, window):
    found = chosen()
    panel = panel_of(window)
    found.decide(Status.REJECTED)
    qtbot.waitUntil(lambda: "rejected" in panel.title.text())
    assert panel._desks.exam().rows == ()


def test_a_comparison_is_said_with_its_numbers(qtbot, chosen, window):
    found = chosen()
    panel = panel_of(window)
    desk, listed, _ = panel._desks.chosen()
    now = listed.located.finding
    prior = replace(now, volume_mm3=now.volume_mm3 / 2)
    scans = Scan("x", "20230131", "1", "1", 1.0), Scan("x", "20240131", "2", "2", 1.0)
    told = Partner(change(prior, now, scans, 365), prior, "A")
    panel._desks.found(desk, comparison=Comparison(365, "20230131", {listed.id: told}))
    qtbot.waitUntil(lambda: "volume doubles in 365 days" in panel.results.change.text())
    assert found.chosen == listed.id
    assert panel._desks.exam().prior_date == "20230131"


def test_an_answer_is_undone_and_done_again(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "risk.age_years", "62")
    say(qtbot, panel, "screening.seen", "baseline")
    assert "category" in panel.results.advice.text()
    window.actions_table["edit.undo"].trigger()
    qtbot.waitUntil(lambda: "asks" in panel.results.advice.text())
    window.actions_table["edit.redo"].trigger()
    qtbot.waitUntil(lambda: "category" in panel.results.advice.text())


def test_answers_are_known_again_in_another_window(qtbot, chosen, window, make, go, thorax):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "risk.smoker", "yes")
    panel.exam.impression.setPlainText("Kept.")
    second = make()
    go(second, thorax)
    desks = panel_of(second)._desks
    qtbot.waitUntil(lambda: desks.here()[1].answers.impression == "Kept.", timeout=20_000)
    assert desks.here()[1].answers.of_patient.risk.smoker is True


def test_answers_are_not_another_series(qtbot, chosen, window, make, go, other):
    chosen()
    say(qtbot, panel_of(window), "risk.smoker", "yes")
    second = make()
    go(second, other)
    here = panel_of(second)._desks.here()
    assert here is None or here[1].answers.of_patient.risk.smoker is None
