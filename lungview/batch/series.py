"""The second reader in a batch: each CT series among the inputs is looked at once, by one worker."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path

from lungview.batch.carriers.executors import BundleLostError, Pool, process_pool
from lungview.batch.inputs import Input
from lungview.batch.series_row import SeriesRow
from lungview.batch.store import Store
from lungview.errors import LungViewError
from lungview.model.registry import Entry
from lungview.nodules import suspicion
from lungview.nodules.second_reader import second_look
from lungview.nodules.second_reader.subjects import is_stack
from lungview.sources.files.scan import scan
from lungview.study.series import Series
from lungview.study.sorting.series_geometry import First

_LOG = logging.getLogger(__name__)
WORKERS = 2  # at once: a series of 600 slices is some 300 MB
Looking = Callable[[Series, Entry], SeriesRow]


def key_of(series: Series) -> str:
    """The same for the same slices, whatever their series' UID: UIDs are not always unique."""
    told = sorted(f"{i.path}\0{i.member}\0{i.frame}" for i in series.instances)
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()


def wanted(found: Iterable[Series]) -> list[Series]:
    """The series that the second reader is asked about: stacks of CT slices."""
    return [s for s in found if s.modality == "CT" and not s.localizer and is_stack(s)]


def left(paths: Iterable[Path], store: Store, first: First = First.HEAD) -> list[Series]:
    """The CT series among a batch's inputs that have no row yet. Raises ReadError, ReportError."""
    known = store.series_done()
    return [each for each in wanted(scan(paths, first=first).series) if key_of(each) not in known]


def look(series: Series, model: Entry) -> SeriesRow:
    """What `lungview findings` says of a series, as a row; a LungViewError becomes its reason."""
    try:
        answer = second_look.of_series(series, second_look.load(model))
    except LungViewError as error:
        return failed(series, model, error.message)
    except MemoryError:
        return failed(series, model, "out of memory while reading the series")
    told = suspicion.by_slice(answer)
    row = failed(series, model, *answer.reasons)
    return SeriesRow(
        row.key,
        row.series_uid,
        row.source,
        row.slices,
        answer.model,
        answer.reasons,
        answer.conclusion,
        suspicion.of_answer(answer),
        tuple((_input(series, k), series.instances[k].frame, each) for k, each in told.items()),
        row.patient_id,
        answer.notes,
    )


def failed(series: Series, model: Entry, *reasons: str) -> SeriesRow:
    """The row of a series without an answer."""
    return SeriesRow(
        key_of(series),
        series.uid,
        _input(series, 0),
        len(series.instances),
        model.card.reference,
        reasons,
        patient_id=series.patient.patient_id,
    )


def _input(series: Series, index: int) -> Input:
    instance = series.instances[index]
    return Input(instance.path, instance.member)


def run(
    found: Iterable[Series],
    model: Entry,
    store: Store,
    *,
    workers: int,
    on_row: Callable[[SeriesRow], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    pool: Pool = process_pool,
    looking: Looking = look,
) -> bool:
    """Look at each series that has no row yet. Returns False when it was cancelled before the end.

    What is finished is in the store at once. Raises ReportError when the store fails.
    """
    known = store.series_done()
    waiting = [series for series in found if key_of(series) not in known]
    if not waiting:
        return True
    executor = pool(min(workers, WORKERS, len(waiting)))
    try:
        running: dict[Future[SeriesRow], Series] = {}
        while waiting or running:
            if cancelled():
                return False
            executor = _fill(executor, running, waiting, model, looking, pool)
            for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                row = _outcome(future, running.pop(future), model)
                store.write_series(row)
                on_row(row)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    return True


def _fill(
    executor: Executor,
    running: dict[Future[SeriesRow], Series],
    waiting: list[Series],
    model: Entry,
    looking: Looking,
    pool: Pool,
) -> Executor:
    """Give the workers something to do; another pool where a worker of this one has died."""
    while waiting and len(running) < WORKERS:
        try:
            running[executor.submit(looking, waiting[0], model)] = waiting[0]
            waiting.pop(0)
        except BrokenExecutor:
            if running:
                break
            executor.shutdown(wait=False)
            executor = pool(1)
    return executor


def _outcome(future: Future[SeriesRow], series: Series, model: Entry) -> SeriesRow:
    """A worker that dies costs the series it looked at, and one beside it at most."""
    try:
        return future.result()
    except (BrokenExecutor, BundleLostError):
        return failed(series, model, "the process reading this series died")
    except Exception as error:
        _LOG.exception("looking at a series")
        return failed(series, model, f"the program failed on this series ({type(error).__name__})")
