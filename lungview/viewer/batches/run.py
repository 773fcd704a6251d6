"""A batch of the window in the background: no Qt, events by a function."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lungview.batch import series
from lungview.batch.carriers.executors import Carriers, Pool
from lungview.batch.extent import begin, end, extent
from lungview.batch.inputs import inputs
from lungview.batch.row import Row
from lungview.batch.run import opened, run
from lungview.batch.store import NAME, Store
from lungview.classify.acceptance import Acceptance, compare, read_labels
from lungview.classify.case import Case
from lungview.classify.outcome import Status
from lungview.errors import ReportError
from lungview.model.card import ModelCard
from lungview.model.registry import Entry
from lungview.nodules.second_reader.second_look import installed_reader, models_of
from lungview.viewer.batches.carried import carried

Emit = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """done of total files of this run; rate: files a second, left: seconds, 0 while unknown."""

    done: int
    total: int
    rate: float = 0.0
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """What is judged, into which folder, by which model. retry: what failed before, again.

    scheduler: what carries it, "" for the processes of `pool`.
    """

    sources: tuple[Path, ...]
    out: Path
    model: Entry
    retry: bool
    pool: Pool
    stop: threading.Event
    scheduler: str = ""


def judge(emit: Emit, cancelled: Callable[[], bool], job: Job) -> bool:
    """Whether it ended. Emits Workers, the rows there are, how many are left, rows and Progress, the Extent.

    Raises ReportError, ModelError; where no scheduler answers, nothing is written.
    """
    models = (job.model, *models_of(installed_reader()))
    with (
        carried(job.scheduler, job.pool, *models) as (carriers, workers),
        opened(job.out, job.model, resume=True) as store,
    ):
        emit(workers)
        if job.retry:
            store.forget(Status.FAILED)
        emit(list(store.rows()))
        complete = _classify(emit, cancelled, job, store, carriers)
        complete = complete and _look(emit, cancelled, job, store, carriers)
        end(store, complete)
        emit(extent(store))
        return complete


def _classify(emit: Emit, cancelled: Callable[[], bool], job: Job, store: Store, carriers: Carriers) -> bool:
    """Judge the files that have no row yet."""
    found = list(inputs(job.sources, job.out))
    total = len(set(found) - store.done())
    emit(total)
    start, done = time.monotonic(), 0

    def on_rows(rows: list[Row]) -> None:
        nonlocal done
        done += len(rows)
        rate = done / max(time.monotonic() - start, 1e-3)
        emit(rows)
        emit(Progress(done, total, rate, (total - done) / rate if rate else 0.0))

    begin(store, job.sources, len(set(found)))
    return run(
        found,
        job.model,
        store,
        pool=carriers.pool,
        bundles=carriers.bundles,
        workers=max(1, min(carriers.workers, total)),
        on_rows=on_rows,
        cancelled=lambda: job.stop.is_set() or cancelled(),
    )


def _look(emit: Emit, cancelled: Callable[[], bool], job: Job, store: Store, carriers: Carriers) -> bool:
    """Ask the second reader about the CT series among the files; their rows have its values then."""
    model = installed_reader()
    waiting = series.left(job.sources, store) if model else []
    complete = model is None or series.run(
        waiting,
        model,
        store,
        pool=carriers.pool,
        workers=carriers.workers,
        cancelled=lambda: job.stop.is_set() or cancelled(),
    )
    if waiting:
        emit(list(store.rows()))
    emit(tuple(store.series()))
    return complete


def load(emit: Emit, _cancelled: Callable[[], bool], out: Path) -> None:
    """Emit the results of an earlier batch. Raises ReportError where there are none."""
    if not (out / NAME).is_file():
        raise ReportError("there are no results of a batch in this folder", out)
    with Store(out / NAME) as store:
        emit(store.card)
        emit(extent(store))
        emit(tuple(store.series()))
        rows = list(store.rows())
        emit(len(rows))
        emit(rows)


def compare_with(cases: list[Case], labels: Path, card: ModelCard) -> Acceptance:
    """The cases against a table of labels. Raises ReportError."""
    return compare(cases, read_labels(labels, card), card)
