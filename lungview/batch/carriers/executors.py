"""Where a batch's work runs: the seam between the batch and whatever carries its bundles."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from lungview.batch.inputs import Input
from lungview.batch.work import start_worker

Pool = Callable[[int], Executor]


class BundleLostError(Exception):
    """The worker that had a bundle died with it; others go on. Each of its inputs is tried alone."""


@dataclass(frozen=True, slots=True)
class Bundles:
    """How inputs are put together: as many as `most`, and no more bytes than `most_bytes`, but one at least.

    A bundle pays the way to a worker once; a small one loses little when its worker dies.
    """

    most: int = 1
    most_bytes: int = 1 << 23

    def of(self, waiting: Sequence[Input]) -> tuple[Input, ...]:
        """The next inputs that go together: one at least."""
        return tuple(self._taken(waiting))

    def _taken(self, waiting: Sequence[Input]) -> Iterator[Input]:
        left = self.most_bytes
        for number, source in enumerate(islice(waiting, self.most)):
            left -= _size(source)
            if number and left < 0:
                return
            yield source


ONE = Bundles()


def process_pool(workers: int) -> Executor:
    """Fresh processes, alike on every platform; each loads the model once."""
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=start_worker)


@dataclass(frozen=True, slots=True)
class Carriers:
    """What carries a batch: so many workers, made by `pool`, that take such bundles."""

    workers: int
    pool: Pool = process_pool
    bundles: Bundles = ONE


def _size(source: Input) -> int:
    try:
        return source.path.stat().st_size
    except OSError:  # it is said when it is read
        return 0
