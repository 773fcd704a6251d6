"""The window's batch by a scheduler's workers: the rows of processes, and nothing written without one."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from lungview import paths
from lungview.batch.store import NAME
from lungview.errors import ReportError
from lungview.model import registry
from lungview.viewer.batches.carried import Workers, carried
from lungview.viewer.batches.run import Job, judge
from tests.batch.conftest import TINY, folder, table, threads

__all__ = ["folder"]


def _run(folder: Path, out: Path, scheduler: str) -> list[object]:
    told: list[object] = []
    entry = registry.find("tiny")
    job = Job((folder,), out, entry, False, threads, threading.Event(), scheduler)
    assert judge(told.append, lambda: False, job) is True
    return told


@pytest.fixture
def _installed() -> None:
    shutil.copytree(TINY, paths.user_models() / "tiny")


@pytest.mark.slow
@pytest.mark.usefixtures("_installed")
def test_by_a_scheduler_the_rows_are_those_of_processes(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    told = _run(folder, tmp_path / "dask", "local:1")
    assert isinstance(told[0], Workers)
    assert told[0].count == 1
    _run(folder, tmp_path / "threads", "")
    assert len(table(tmp_path / "dask" / NAME)) == 12
    assert table(tmp_path / "dask" / NAME) == table(tmp_path / "threads" / NAME)


@pytest.mark.usefixtures("_installed")
def test_where_no_scheduler_answers_nothing_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    monkeypatch.setattr("lungview.batch.carriers.cluster._PATIENCE", 1)
    with pytest.raises(ReportError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1 "):
        _run(folder, tmp_path / "out", "tcp://127.0.0.1:1")
    assert not (tmp_path / "out").exists()


def test_without_a_scheduler_it_is_the_pool_of_this_computer() -> None:
    with carried("", threads) as (carriers, workers):
        assert carriers.pool is threads
        assert workers == Workers(carriers.workers)
