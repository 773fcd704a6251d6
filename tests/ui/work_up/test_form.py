"""The questions as fields."""

from __future__ import annotations

from tests.ui.work_up.conftest import panel_of, say, unsaid


def test_a_number_that_is_none_is_not_taken(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "risk.age_years", "old")
    assert panel.form.fields["risk.age_years"].text() == ""


def test_an_answer_is_taken_back(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "screening.seen", "baseline")
    say(qtbot, panel, "screening.seen", unsaid(panel, "screening.seen"))
    assert panel.results.advice.text() == "Lung-RADS v2022 asks: age, against the prior exam"


def test_a_number_that_is_asked_says_its_unit_apart(qtbot, chosen, window):
    chosen()
    assert unsaid(panel_of(window), "risk.age_years") == "asked (years)"
