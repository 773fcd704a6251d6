"""A clock that is set back, or was wrong: nothing waits for a time that will not come for years."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from lungview.node.ledger import StudyState
from lungview.sources.source import never

YEAR = 365 * 86400.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that sets the clock by so many seconds against the true one."""
    true = time.time

    def set_by(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: true() + seconds)

    return set_by


def test_a_study_that_came_in_the_future_waits_one_quiet_time_more(
    make_parts: Any, study: list[Path], clock: Any
) -> None:
    parts = make_parts(quiet_s=60.0)
    clock(YEAR)
    worker = parts.worker()
    parts.receive(study)
    clock(0.0)
    assert not worker.judge_next(never)
    clock(61.0)
    assert worker.judge_next(never)
    assert parts.ledger.studies()[0].state is StudyState.JUDGED


def test_a_node_that_was_started_in_the_future_judges_after_one_quiet_time(
    make_parts: Any, study: list[Path], clock: Any
) -> None:
    parts = make_parts(quiet_s=60.0)
    clock(YEAR)
    worker = parts.worker()
    clock(0.0)
    parts.receive(study)
    assert not worker.judge_next(never)
    clock(62.0)
    assert worker.judge_next(never)


def test_what_was_judged_in_the_future_is_deleted_in_time(
    make_parts: Any, study: list[Path], clock: Any
) -> None:
    parts = make_parts(keep_days=1.0)
    clock(YEAR)
    worker = parts.worker()
    parts.receive(study)
    worker.judge_next(never)
    clock(0.0)
    worker.delete_old()
    assert parts.ledger.studies()[0].state is StudyState.JUDGED
    clock(2 * 86400.0)
    worker.delete_old()
    assert parts.ledger.studies()[0].state is StudyState.EXPIRED
