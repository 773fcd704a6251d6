"""The window's batch in the background, without Qt: what it tells, in which order."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lungview.batch.extent import Extent
from lungview.errors import ReportError
from lungview.machine import cpus
from lungview.model.registry import Entry
from lungview.viewer.batches.carried import Workers
from lungview.viewer.batches.run import Job, Progress, judge, load
from tests.batch.conftest import folder, threads, tiny

__all__ = ["folder", "tiny"]


def test_it_tells_how_many_then_rows_with_progress_then_what_it_was_about(
    folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    told: list[object] = []
    job = Job((folder,), tmp_path / "out", tiny, False, threads, threading.Event())
    assert judge(told.append, lambda: False, job) is True
    assert told[:3] == [Workers(cpus()), [], 12]
    progress = [each for each in told if isinstance(each, Progress)]
    assert [each.done for each in progress] == sorted(each.done for each in progress)
    assert progress[-1].done == progress[-1].total == 12
    assert isinstance(told[-1], Extent)


def test_a_folder_without_results_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no results"):
        load(lambda _: None, lambda: False, tmp_path)
