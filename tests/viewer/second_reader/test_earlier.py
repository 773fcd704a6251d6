"""What the record is asked: about pictures that it names, once, and never before it is known."""

from __future__ import annotations

from lungview.classify.kept import record
from lungview.errors import ReportError
from lungview.viewer.second_reader.earlier import Earlier
from tests.in_memory import make_slice


def test_nothing_is_asked_before_the_names_are_known(opened, monkeypatch):
    shown = make_slice()
    monkeypatch.setattr(record, "names", lambda: frozenset({(shown.instance.sop_instance_uid, 0)}))
    earlier, found = Earlier(opened.workspace), []

    earlier.ask(shown, "opinion", lambda: "dark", found.append)
    assert earlier.pending
    opened.hand.work()
    assert found == []

    earlier.ask(shown, "opinion", lambda: "dark", found.append)
    opened.hand.work()
    assert (found, earlier.pending) == (["dark"], False)


def test_a_question_is_asked_once_and_of_named_pictures_alone(opened, monkeypatch):
    shown, other = make_slice(0), make_slice(1)
    monkeypatch.setattr(record, "names", lambda: frozenset({(shown.instance.sop_instance_uid, 0)}))
    earlier, found = Earlier(opened.workspace), []
    opened.hand.work()

    for each in (shown, shown, other):
        earlier.ask(each, "opinion", lambda: "dark", found.append)
    earlier.ask(shown, "another", lambda: "bright", found.append)
    opened.hand.work()

    assert found == ["dark", "bright"]


def test_a_record_that_cannot_be_read_is_told_and_holds_nothing(opened, monkeypatch):
    told = []
    opened.workspace.news.told.connect(told.append)
    monkeypatch.setattr(record, "names", _broken)

    earlier = Earlier(opened.workspace)
    opened.hand.work()

    assert told == ["the record cannot be read"]
    assert not earlier.pending


def _broken() -> None:
    raise ReportError("the record cannot be read")
