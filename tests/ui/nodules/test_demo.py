"""The demo in the window has the sample looked through, and nothing that is opened after it."""

from __future__ import annotations

from lungview.ui.start.demo import Demo
from tests.ui.nodules.conftest import findings_of, search_of


def test_the_sample_is_looked_through_and_its_first_finding_chosen(qtbot, window, go, thorax):
    demo = Demo(window)
    with qtbot.waitSignal(demo.answered, timeout=60_000):
        go(window, thorax)
    found = findings_of(window)
    first = found.list_of(found.opened()).models[0]
    assert found.chosen == first.id
    assert window.session.stack.index == first.located.index


def test_what_is_opened_later_is_not_looked_through(qtbot, window, go, thorax, other):
    demo = Demo(window)
    with qtbot.waitSignal(demo.answered, timeout=60_000):
        go(window, thorax)
    go(window, other)
    assert not search_of(window).busy
