"""The search without a window: begun, told of on the way, stopped, refused, begun by itself."""

from __future__ import annotations

import pytest

from lungview.errors import GeometryError
from lungview.nodules.answer import Answer
from lungview.nodules.second_reader import steps
from lungview.viewer.nodules import search as searching
from lungview.viewer.nodules import work
from tests.viewer.nodules.conftest import located, told


@pytest.fixture
def search(opened, series, findings):
    found = searching.of(opened.workspace)
    opened.hand.work()
    return found


def answering(monkeypatch, answer, *events):
    """Have the model answer, after some events."""

    def look(emit, cancelled, *_):
        for event in events:
            if cancelled():
                break
            emit(event)
        return answer

    monkeypatch.setattr(work, "look", look)


def test_steps_are_told_the_list_fills_and_the_answer_is_kept(opened, series, search, monkeypatch):
    first, second = located(50, 0.9), located(90, 0.3, 4)
    answering(monkeypatch, told(opened, series, first, second), (steps.READ, 1, 6), (first,))
    progress, counts, said = [], [], []
    search.progressed.connect(lambda *step: progress.append(step))
    findings = search.findings
    findings.changed.connect(lambda: counts.append(len(findings.list_of(findings.opened()).models)))
    search.said.connect(said.append)

    search.run()
    assert search.busy_with(findings.opened())
    opened.hand.work()

    assert progress == [(steps.READ, 1, 6)]
    assert counts == [1, 2]
    assert (said, search.busy, findings.answered(findings.opened())) == ([""], False, True)


def test_a_search_that_is_stopped_gives_no_answer(opened, series, search, monkeypatch):
    answering(monkeypatch, told(opened, series, located(50, 0.9)))
    search.run()

    search.cancel()
    opened.hand.work()

    assert (search.busy, search.findings.answered(search.findings.opened())) == (False, False)


def test_what_replaces_all_that_is_open_ends_it(opened, search, monkeypatch):
    answering(monkeypatch, None)
    search.run()
    opened.workspace.news.replaced.emit()
    assert not search.busy


def test_what_is_no_ct_series_says_why_at_once(opened, search):
    said = []
    search.said.connect(said.append)
    opened.workspace.show(opened.series("b", 3, modality="MR"))

    search.run()

    assert said == ["Findings are looked for in CT series."]
    assert not search.busy


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GeometryError("the slices leave a gap"), "The slices leave a gap"),
        (ZeroDivisionError(), "The search stopped: ZeroDivisionError"),
    ],
)
def test_a_failure_is_one_sentence(opened, search, monkeypatch, error, sentence):
    def broken(*_):
        raise error

    monkeypatch.setattr(work, "look", broken)
    said = []
    search.said.connect(said.append)

    search.run()
    opened.hand.work()

    assert (said, search.busy) == ([sentence], False)


def test_a_place_that_is_measured_is_a_finding_and_a_refused_one_the_reason(
    opened, series, search, monkeypatch
):
    measured, refused = [], []
    search.measured.connect(measured.append)
    search.refused.connect(refused.append)
    here = search.findings.opened()
    with monkeypatch.context() as patch:
        patch.setattr(work, "at_point", lambda *_: told(opened, series, located(10)))
        search.measure_point(here, (10.0, 0.0, 10.0))
        opened.hand.work()
    no = work.Told(Answer(series.instances, reasons=("that place is outside the body",)), {})
    monkeypatch.setattr(work, "at_point", lambda *_: no)
    search.measure_point(here, (900.0, 0.0, 10.0))
    opened.hand.work()

    assert search.findings.list_of(here).own == tuple(measured)
    assert refused == ["That place is outside the body"]


def test_by_itself_it_begins_once_a_series_stays_and_only_where_it_is_to(opened, series, search, monkeypatch):
    answering(monkeypatch, told(opened, series, located(50, 0.9)))
    pause = next(each for each in opened.hand.timers if each.call == search._by_itself)
    assert pause.started
    pause.ring()
    assert not search.busy

    opened.workspace.keep(auto_findings=True)
    pause.ring()
    assert search.busy
    opened.hand.work()

    pause.start()
    pause.ring()
    assert not search.busy  # it has answered
