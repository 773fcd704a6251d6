"""What follows from the answers, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview import languages
from lungview.ui.language import speaking
from lungview.ui.work_up.results import Results
from tests.report.work_up.test_work_up import MANAGEMENT, SAID, found
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


@pytest.fixture
def german(qapp):
    speaking.use(languages.load("de"))
    yield
    speaking.use(languages.ENGLISH)


def test_a_rule_is_told_with_its_inputs(qtbot):
    results = Results()
    qtbot.addWidget(results)
    results.show_work_up(found())
    assert results.rule.text() == (
        "By the row “solid; baseline or enlarged; 8 to below 15 mm”, from: kind of nodule solid, "
        "against the prior exam baseline, mean diameter 9 mm."
    )


def test_words_of_a_guideline_and_of_the_reader_are_in_no_other_language_by_halves(qtbot, german):
    results = Results()
    qtbot.addWidget(results)
    results.show_work_up(found())
    assert results.text.text() == MANAGEMENT
    assert results.rule.text().startswith("Nach der Zeile „solid; baseline or enlarged; 8 to below 15 mm“")
    assert "mean diameter 9 mm" in results.rule.text()
    results.show_work_up(found(said=replace(SAID, text="solid, growing")))
    assert results.text.text() == "solid, growing"
    assert results.rule.text().startswith("Der Text der Leitlinie selbst: 3-month LDCT")


def test_called_findings_are_counted_in_the_language_of_the_window(german):
    assert speaking.said("1 finding called on the 70 slices looked at.") == (
        "1 Befund gemeldet auf den 70 angesehenen Schichten."
    )
    assert speaking.said("3 findings called on the slice looked at.").startswith("3 Befunde gemeldet auf")
