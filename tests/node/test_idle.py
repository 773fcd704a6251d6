"""What a node does twice a second, for years: it reads nothing of all that was sent before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lungview.node.configuration import NAME
from lungview.remote_nodes import DicomNode
from lungview.sources.sending import Outcome, State
from lungview.sources.source import never

ANSWER = DicomNode("answer", "NOBODY", "127.0.0.1", 1, tries=1)


def _sent(paths: Any, on_outcome: Any, _cancelled: Any) -> None:
    for path in paths:
        on_outcome(Outcome(path, State.SENT))


def test_with_nothing_to_send_no_answer_that_was_sent_is_read(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(answer=ANSWER)
    worker = parts.worker()
    parts.receive(study)
    assert worker.judge_next(never)
    parts.queue.work(NAME, _sent)
    worker.settle()
    statements: list[tuple[Any, str]] = []
    for each in (parts.ledger._database, parts.queue._database):
        each.set_trace_callback(lambda told, of=each: statements.append((of, told)))
    assert not worker.send_due(never)
    for each in (parts.ledger._database, parts.queue._database):
        each.set_trace_callback(None)
    assert statements
    for database, statement in statements:
        plan = database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert not [row[3] for row in plan if row[3].startswith("SCAN")], statement


def test_an_answer_is_told_with_the_number_of_its_study(
    make_parts: Any, study: list[Path], monkeypatch: Any
) -> None:
    parts = make_parts(answer=ANSWER)
    worker = parts.worker()
    parts.receive(study)
    assert worker.judge_next(never)
    monkeypatch.setattr("lungview.node.worker.archives.transmit", lambda _node: _sent)
    assert worker.send_due(never)
    told = [values for word, values in parts.told if word == "answer"]
    assert told == [{"study": 1, "state": "sent", "reason": ""}] * 2
