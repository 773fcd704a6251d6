"""The process that judges: kept for the next study, and never longer than it does well."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lungview.errors import Cancelled, WorkerDied
from lungview.node import judging
from lungview.node.judging import Judging, Task
from lungview.sources.source import never
from tests.node import poison


def _task(model: str = "") -> Task:
    return Task((), Path(), model, 1, frozenset())


def _number(judge: Judging, model: str = "") -> int:
    """Which process judged."""
    (result,) = judge(_task(model), 120.0, never)
    return int(result.key)


@pytest.fixture
def judge() -> Iterator[Judging]:
    made = Judging(poison.says_its_number)
    yield made
    made.end()


def test_one_study_after_the_other_is_judged_in_one_process_that_is_not_ours(judge: Judging) -> None:
    first = _number(judge)
    assert first == _number(judge) != os.getpid()


def test_after_a_failure_the_next_study_has_a_fresh_process(judge: Judging) -> None:
    first = _number(judge)
    with pytest.raises(WorkerDied, match="the model cannot be used"):
        _number(judge, "bad")
    assert _number(judge) != first


def test_one_that_was_killed_between_studies_costs_none_a_try(judge: Judging) -> None:
    first = _number(judge)
    assert judge._process is not None
    os.kill(first, signal.SIGKILL)
    judge._process.join(20)
    assert _number(judge) != first


def test_a_service_that_is_stopped_with_all_its_processes_costs_no_study_a_try(judge: Judging) -> None:
    first = _number(judge)
    os.kill(first, signal.SIGTERM)
    time.sleep(0.5)  # it would be gone
    assert _number(judge) == first


def test_after_many_studies_it_is_replaced(judge: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "MOST", 2)
    numbers = [_number(judge) for _ in range(3)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_what_is_cancelled_goes_on_in_no_process() -> None:
    judge = Judging(poison.hangs)
    judge.begin()
    process = judge._process
    assert process is not None
    with pytest.raises(Cancelled):
        judge(_task(), 120.0, lambda: True)
    assert not process.is_alive()


def test_one_that_hangs_before_it_listens_is_ended_in_time_however_large_the_study() -> None:
    judge = Judging(poison.says_its_number)
    judge.begin()
    process = judge._process
    assert process is not None
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    files = tuple(Path(f"/data/inbox/1.2.826.0.1.{number}.dcm") for number in range(20_000))
    with pytest.raises(WorkerDied, match="longer than 1 s"):
        judge(Task(files, Path(), "", 1, frozenset()), 1.0, never)
    assert not process.is_alive()


def test_what_every_study_needs_is_loaded_ahead(model: Path) -> None:
    judge = Judging(poison.says_what_is_loaded, str(model))
    judge.begin()
    (result,) = judge(_task(), 120.0, never)
    judge.end()
    assert result.key == "True 1"


def test_a_model_that_cannot_be_loaded_ahead_is_left_to_the_study() -> None:
    judge = Judging(poison.says_its_number, "no such model")
    judge.begin()
    assert _number(judge) > 0
    judge.end()
