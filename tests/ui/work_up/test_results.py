"""What follows from the answers, and what it rests on."""

from __future__ import annotations

from tests.ui.work_up.conftest import panel_of, say


def test_the_readers_own_recommendation_stands_in_the_guidelines_place(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "screening.seen", "baseline")
    panel.results.written.emit("Tumour board")
    qtbot.waitUntil(lambda: not panel._soon.isActive())
    assert panel.results.text.text() == "Tumour board"
    assert "The guideline's own text" in panel.results.rule.text()


def test_answers_bring_a_risk_with_its_formula_and_source(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    assert "asks for" in panel.results.risks[1].text()
    for name, text in (("risk.age_years", "60"), ("risk.sex", "female"), ("risk.spiculated", "yes")):
        say(qtbot, panel, name, text)
    assert panel.results.risks[1].text().endswith("%")
    tip = panel.results.risks[1].toolTip()
    assert "log odds = -6.6144" in tip
    assert "N Engl J Med 2013" in tip
