"""The batch: inputs through a pool of workers into the store; a worker's death costs one file."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lungview.batch import lock
from lungview.batch.carriers.executors import ONE, BundleLostError, Bundles, Pool, process_pool
from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.batch.store import NAME, Store
from lungview.batch.work import failed, judge, judge_all
from lungview.errors import CardError, ReportError, WeightsError, WorkerDied
from lungview.model.registry import Entry, members
from lungview.network import runtime

_LOG = logging.getLogger(__name__)

AHEAD = 2  # bundles per worker that wait in the pool, so that none is ever idle

Judge = Callable[[Input, Entry], Row]
Bundle = tuple[Input, ...]


class OnRows(Protocol):
    """Told after each write: the rows that were added."""

    def __call__(self, rows: list[Row], /) -> None: ...


@contextmanager
def opened(out: Path, model: Entry, *, resume: bool = False, override: bool = False) -> Iterator[Store]:
    """The locked and checked output folder of a batch.

    Raises ReportError: another batch is writing there, results are there and `resume` is not asked for,
    they are another model's, or were made with the other choice of `override`; WeightsError when the
    model's file is not the one its card names.
    """
    for member in members(model):
        runtime.verified(member)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"the folder could not be made ({error.strerror})", out) from error
    with lock.locked(out):
        if (out / NAME).exists() and not resume:
            raise ReportError(
                "there are results of a batch already", out, "resume it, or choose another folder"
            )
        with Store(out / NAME) as store:
            # Without the key where it is off: results from before there was an override can be resumed.
            store.begin(model.card, {"frames": "highest", **({"override": True} if override else {})})
            yield store


def run(
    sources: Iterable[Input],
    model: Entry,
    store: Store,
    *,
    workers: int,
    on_rows: OnRows = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    pool: Pool = process_pool,
    judging: Judge = judge,
    bundles: Bundles = ONE,
) -> bool:
    """Judge every source that has no row yet. Returns False when it was cancelled before the end.

    pool, bundles: what carries the work, and how much of it at a time; the rows are the same with each.

    What is finished is in the store at once: killed at any moment, only the files being judged are lost.
    Raises WeightsError or CardError when the model itself fails, ReportError when the store does.
    """
    done = store.done()
    waiting = deque(source for source in sources if source not in done)
    line = _Line(model, workers, pool, judging, waiting, bundles)
    try:
        while line.busy:
            if cancelled():
                line.waiting.clear()
                line.stopped = True
            finished = line.next_rows()
            rows = [row for row in finished if _model_failure(row) is None]
            store.write(rows)
            on_rows(rows)
            # After what is finished is kept: of ten thousand rows that all say so none is of use.
            for error in filter(None, map(_model_failure, finished)):
                raise error
    finally:
        line.close()
    return not line.stopped


def _model_failure(row: Row) -> WeightsError | CardError | None:
    """The row's error when it is the model's own, not the input's."""
    error = row.case.error
    return error if isinstance(error, WeightsError | CardError) else None


def _outcome(future: Future[list[Row]], bundle: Bundle) -> list[Row]:
    """The rows of a finished future; a fault of the program is logged and costs these files only."""
    try:
        return future.result()
    except (BrokenExecutor, BundleLostError, ReportError):
        raise
    except Exception as error:
        _LOG.exception("judging %s", bundle[0].label.name)
        died = WorkerDied(f"the program failed on this file ({type(error).__name__})")
        return [failed(source, died) for source in bundle]


@dataclass
class _Line:
    """Inputs on their way through the pool."""

    model: Entry
    workers: int
    make_pool: Pool
    judging: Judge
    waiting: deque[Input]
    bundles: Bundles = ONE
    running: dict[Future[list[Row]], Bundle] = field(default_factory=dict)
    suspects: deque[Input] = field(default_factory=deque)
    stopped: bool = False
    _executor: Executor | None = None

    @property
    def busy(self) -> bool:
        return bool(self.waiting or self.running or self.suspects)

    def next_rows(self) -> list[Row]:
        """Whatever is finished next; waits for at least one input unless a worker died."""
        if self.suspects and not self.running:
            return self._alone(self.suspects.popleft())
        try:
            self._fill()
        except BrokenExecutor:
            return self._broken()
        finished, _ = wait(self.running, return_when=FIRST_COMPLETED)
        rows: list[Row] = []
        for future in finished:
            try:
                rows += _outcome(future, self.running[future])
            except BundleLostError:
                self.suspects.extend(self.running[future])
            except BrokenExecutor:
                return rows + self._broken()
            del self.running[future]
        return rows

    def _fill(self) -> None:
        while self.waiting and len(self.running) < self.workers * AHEAD:
            bundle = self.bundles.of(self.waiting)
            self.running[self._submit(self._pool(), bundle)] = bundle
            for _ in bundle:
                self.waiting.popleft()

    def _submit(self, executor: Executor, bundle: Bundle) -> Future[list[Row]]:
        return executor.submit(judge_all, self.judging, bundle, self.model)

    def _pool(self) -> Executor:
        if self._executor is None:
            self._executor = self.make_pool(self.workers)
        return self._executor

    def _broken(self) -> list[Row]:
        """A worker died: keep what was finished; everything else on its way is suspect."""
        rows: list[Row] = []
        for future, bundle in self.running.items():
            if future.done() and not isinstance(future.exception(), BrokenExecutor | BundleLostError):
                rows += _outcome(future, bundle)
            else:
                self.suspects.extend(bundle)
        self.running.clear()
        self.close()
        return rows

    def _alone(self, source: Input) -> list[Row]:
        """One suspect in a process of its own: it dies again, and is the one, or it does not."""
        with self.make_pool(1) as executor:
            try:
                return _outcome(self._submit(executor, (source,)), (source,))
            except (BrokenExecutor, BundleLostError):
                return [failed(source, WorkerDied("the process reading this file died", source.label))]

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None
