"""What is undone in a series that is not on screen is shown: a change nobody sees is no undo."""

from __future__ import annotations

import pytest

from lungview.nodules.finding import Status
from tests.ui import pointing
from tests.ui.annotating import choose, drawn
from tests.ui.nodules.test_findings import at_nodule


@pytest.mark.parametrize("step", ["edit.undo", "edit.redo"])
def test_a_decision_on_another_patients_finding(window, go, look, thorax, other, step):
    go(window, thorax)
    found, first = look(window), window.session.stack.series
    found.choose(at_nodule(found).id)
    found.decide(Status.ACCEPTED)
    if step == "edit.redo":
        window.actions_table["edit.undo"].trigger()
    go(window, other)
    assert window.session.stack.series is not first
    window.actions_table[step].trigger()
    assert window.session.stack.series is first


def test_it_is_shown_in_the_view_that_has_its_series(window, go, look, thorax, other):
    go(window, thorax)
    found, first = look(window), window.session.stack.series
    found.choose(at_nodule(found).id)
    found.decide(Status.ACCEPTED)
    go(window, other)
    second = window.session.stack.series
    window.actions_table["view.layout_2"].trigger()
    left, right = window.session.viewports[:2]
    window.session.show(first, None, right)
    window.session.activate(left)
    window.actions_table["edit.undo"].trigger()
    assert window.session.viewport is right
    assert window.session.stack_of(left).series is second


def test_a_mark_on_a_picture_of_another_series(window, go, thorax, other):
    go(window, thorax)
    first = window.session.stack.series
    window.session.stack.go(2)
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    assert len(drawn(window)) == 1
    go(window, other)
    window.actions_table["edit.undo"].trigger()
    assert (window.session.stack.series, window.session.stack.index) == (first, 2)
