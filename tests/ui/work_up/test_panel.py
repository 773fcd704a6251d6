"""The work-up in the window: what is filled in and asked, what follows, and how it leaves."""

from __future__ import annotations

import pytest

from lungview.nodules.work_up.values import Guide
from tests.ui.work_up.conftest import panel_of, say, unsaid


def test_without_a_finding_the_panel_asks_for_one_and_claims_no_category(window, go, thorax):
    go(window, thorax)
    panel = panel_of(window)
    assert panel.title.text() == "Choose a finding in the list."
    assert panel.exam.overall.text().startswith("Exam not classed")


def test_what_the_study_tells_is_filled_in_and_marked_and_the_rest_is_asked(chosen, window):
    chosen()
    panel = panel_of(window)
    assert unsaid(panel, "risk.density") == "solid (study)"
    assert unsaid(panel, ".lobe").endswith("L (study)")
    assert unsaid(panel, "risk.long_mm").endswith("mm (study)")
    assert "outline" in panel.form.fields["risk.long_mm"].toolTip()
    assert unsaid(panel, "risk.spiculated") == "asked"


def test_in_planes_the_panel_speaks_of_the_same_finding(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    before = panel.title.text()
    window.actions_table["view.mpr"].trigger()
    pane = window.session.viewport.pane
    qtbot.waitUntil(lambda: pane.state.slice is not None and pane.state.slice.reformatted)
    qtbot.waitUntil(lambda: not panel._soon.isActive())
    assert panel.title.text() == before
    assert unsaid(panel, "risk.density") == "solid (study)"


def test_a_guideline_asks_on_until_it_can_answer(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    assert panel.results.advice.text() == "Lung-RADS v2022 asks: age, against the prior exam"
    say(qtbot, panel, "risk.age_years", "62")
    assert panel.results.advice.text() == "Lung-RADS v2022 asks: against the prior exam"
    say(qtbot, panel, "screening.seen", "stable")
    assert "its category at the prior exam" in panel.results.advice.text()
    say(qtbot, panel, "screening.previous", "2")
    assert panel.results.advice.text().startswith("Lung-RADS v2022, category 2")
    assert "By the row" in panel.results.rule.text()
    assert panel.exam.overall.text().startswith("Exam: Lung-RADS v2022, category 2")


@pytest.mark.parametrize(
    ("age", "said", "whom"),
    [("7", "age from 18 to 100 years, found 7 years", "below 50"), ("130", "found 130 years", "above 80")],
)
def test_an_age_that_nothing_holds_for_is_refused_in_its_place(qtbot, chosen, window, age, said, whom):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "risk.age_years", age)
    assert said in panel.results.risks[0].text()
    assert panel.results.advice.text() == f"Lung-RADS v2022: not made for people {whom} years"


def test_the_other_guideline_has_its_own_questions(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    panel.guide.activated.emit(list(Guide).index(Guide.FLEISCHNER))
    qtbot.waitUntil(lambda: not panel._soon.isActive())
    assert panel.results.advice.text().startswith(
        "Fleischner Society 2017 asks: found in lung cancer screening"
    )
    assert "chance.screening" in panel.form.fields
    assert "screening.seen" not in panel.form.fields
