"""A node's data folder that was moved, as to a larger disk: all of it is found there, nothing goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lungview.node.configuration import NAME
from lungview.remote_nodes import DicomNode
from lungview.sources.sending import Outcome, State
from lungview.sources.source import never

ANSWER = DicomNode("answer", "NOBODY", "127.0.0.1", 1, tries=1)


@pytest.fixture
def moved(make_parts: Any, study: list[Path], tmp_path: Path) -> Any:
    """The parts of a node over a folder with a judged study and one that waits, moved meanwhile."""
    first = make_parts(answer=ANSWER)
    worker = first.worker()
    first.receive(study[:4])
    assert worker.judge_next(never)
    first.receive(study[4:])
    first.ledger.close()
    first.queue.close()
    (tmp_path / "data").rename(tmp_path / "larger")
    return make_parts(answer=ANSWER, data=tmp_path / "larger")


def test_objects_are_found_where_they_were_moved_to(moved: Any) -> None:
    moved.worker()
    files = moved.ledger.files(1)
    assert len(files) == 6
    assert all(each.is_file() and each.is_relative_to(moved.configuration.data) for each in files)


def test_what_waits_to_be_judged_and_sent_goes_on(moved: Any) -> None:
    worker = moved.worker()
    answers = {path for _, path in moved.ledger.answers(State.WAITING)}
    assert len(answers) == 2
    assert all(each.is_file() for each in answers)
    assert worker.judge_next(never)
    sent: list[Path] = []

    def transmit(paths: Any, on_outcome: Any, _cancelled: Any) -> None:
        for path in paths:
            assert path.is_file()
            sent.append(path)
            on_outcome(Outcome(path, State.SENT))

    assert moved.queue.work(NAME, transmit)
    assert len(set(sent)) == len(sent) == 4
    assert answers < set(sent)


def test_what_was_sent_before_is_not_sent_again(make_parts: Any, study: list[Path], tmp_path: Path) -> None:
    first = make_parts(answer=ANSWER)
    worker = first.worker()
    first.receive(study)
    assert worker.judge_next(never)
    first.queue.work(NAME, lambda paths, tell, _: [tell(Outcome(path, State.SENT)) for path in paths])
    first.ledger.close()
    first.queue.close()
    (tmp_path / "data").rename(tmp_path / "larger")
    later = make_parts(answer=ANSWER, data=tmp_path / "larger")
    later.worker().settle()
    assert {item.state for item in later.queue.items(NAME)} == {State.SENT}
    assert later.ledger.answers(State.WAITING) == []
