"""Findings without a window: decided on, undone, kept, hidden while the reader reads first."""

from __future__ import annotations

import subprocess
import sys

from lungview.errors import AnnotationError
from lungview.nodules.finding import Status
from lungview.viewer.nodules import search as searching
from lungview.viewer.nodules.opened import Shown
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.viewer.nodules.conftest import located


def listed(findings):
    return findings.list_of(findings.opened())


def test_no_qt_is_loaded_with_them():
    room = "lungview.viewer.nodules.search"
    code = f"import sys, {room}; print(any(n.startswith('PySide6') for n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_choice_goes_to_its_slice_unless_it_is_not_to(opened, looked):
    first, second = listed(looked).models
    looked.choose(first.id)
    assert (looked.chosen, opened.workspace.stack.index) == (first.id, 2)

    looked.choose(second.id, go=False)
    assert (looked.chosen, opened.workspace.stack.index) == (second.id, 2)

    looked.choose("none of them")
    assert looked.chosen == ""


def test_a_decision_is_undone_done_again_and_taken_back_by_the_same_once_more(looked):
    chosen, history = listed(looked).models[0], looked.history
    looked.choose(chosen.id)
    status = lambda: listed(looked).find(chosen.id).status  # noqa: E731

    looked.decide(Status.REJECTED)
    assert (status(), history.undo_text) == (Status.REJECTED, "Reject finding")
    history.undo()
    assert status() is Status.PROPOSED
    history.redo()
    assert status() is Status.REJECTED
    looked.decide(Status.REJECTED)
    assert status() is Status.PROPOSED


def test_only_what_was_accepted_is_reported(looked):
    assert looked.reported(looked.opened()) is None

    looked.choose(listed(looked).models[1].id)
    looked.decide(Status.ACCEPTED)

    report = looked.reported(looked.opened())
    assert [each.finding.place_mm[0] for each in report.findings] == [90]


def test_what_was_decided_is_there_in_the_next_session_and_the_rest_is_not(opened, series, looked):
    chosen = listed(looked).models[0]
    looked.choose(chosen.id)
    looked.decide(Status.ACCEPTED)
    looked.rename(" RUL 1 ")

    later = Workspace(opened.hand, cache=opened.cache)
    later.add(Pane())
    later.show(series)
    search = searching.of(later)
    opened.hand.work()

    (kept,) = listed(search.findings).all
    assert (kept.id, kept.name, kept.status) == (chosen.id, "RUL 1", Status.ACCEPTED)


def test_one_measured_where_one_is_already_is_that_one(looked, opened):
    here = looked.opened()
    first = looked.add(here, located(10), {})
    again = looked.add(here, located(11), {})
    assert first is again
    assert listed(looked).own == (first,)


def test_the_readers_own_is_deleted_and_comes_back_the_models_is_not(looked):
    here = looked.opened()
    made = looked.add(here, located(10), {})
    looked.choose(made.id)
    looked.remove()
    assert listed(looked).own == ()
    looked.history.undo()
    assert listed(looked).own == (made,)

    looked.choose(listed(looked).models[0].id)
    looked.remove()
    assert len(listed(looked).models) == 2


def test_the_model_is_silent_until_the_reader_says_to_have_read_and_by_undo_again(looked):
    here = looked.opened()
    looked.first.set_on(True)
    assert (listed(looked).models, looked.answer_of(here)) == ((), None)
    assert looked.answered(here)

    looked.say_read(here)
    assert len(listed(looked).models) == 2

    looked.history.undo()
    assert listed(looked).models == ()


def test_a_store_that_fails_is_told_and_the_decision_stands(opened, looked, monkeypatch):
    told = []
    opened.workspace.news.told.connect(told.append)

    def full(_):
        raise AnnotationError("the findings cannot be kept")

    monkeypatch.setattr(looked.store, "put", full)
    looked.choose(listed(looked).models[0].id)
    looked.decide(Status.ACCEPTED)

    assert told == ["the findings cannot be kept"]
    assert listed(looked).models[0].status is Status.ACCEPTED


def test_a_finding_on_a_slice_that_is_not_read_yet_waits(opened, series, findings):
    told = []
    opened.workspace.news.told.connect(told.append)
    findings.heard(findings.opened(), (located(50, 0.9, 4),), "m 1")
    opened.cache.slow.add(series.instances[4])
    findings.choose(listed(findings).models[0].id, go=False)

    findings.decide(Status.ACCEPTED)

    assert told == ["The finding's slice is still being read; try again"]
    assert listed(findings).models[0].status is Status.PROPOSED


def test_lists_are_of_their_series(opened, looked):
    other = opened.series("b", 6, modality="CT")
    opened.workspace.show(other)
    assert listed(looked).all == ()


def test_another_look_is_told_once(looked):
    told = []
    looked.look_changed.connect(lambda: told.append(looked.shown.scores))
    looked.look(Shown(scores=True))
    looked.look(Shown(scores=True))
    assert told == [True]
