"""One call for each of many things, in this process or by the workers of a scheduler; results in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from lungview.batch.carriers.executors import BundleLostError, Carriers
from lungview.errors import WorkerDied

_LOG = logging.getLogger(__name__)
AHEAD = 4  # bundles per worker on their way: one slow bundle at the head keeps no worker idle at once

T = TypeVar("T")
R = TypeVar("R")
L = TypeVar("L")


class Spread(Protocol):
    """Calls `function(item, *args)` for each item; yields the results in the order of the items.

    lost: the result for an item whose worker dies of it. each: items that go to a worker together. An error
    that `function` raises is raised.
    """

    def __call__(
        self,
        function: Callable[..., R],
        items: Iterable[T],
        *args: Any,
        lost: Callable[[T], L],
        each: int = 1,
    ) -> Iterator[R | L]: ...


def died_reading(path: Path) -> WorkerDied:
    """What is told of an item whose worker died of it."""
    return WorkerDied("the process reading this file died", path)


def here(
    function: Callable[..., R], items: Iterable[T], *args: Any, lost: Callable[[T], L], each: int = 1
) -> Iterator[R | L]:
    """In this process, one after the other."""
    del lost, each  # what kills this process cannot be told by it
    for item in items:
        yield function(item, *args)


def among(carriers: Carriers) -> Spread:
    """By the workers of `carriers`. Raises ReportError when the scheduler is gone.

    At most AHEAD bundles a worker are on their way or waiting to be yielded: memory does not grow with
    the number of items.
    """

    def spread(
        function: Callable[..., R], items: Iterable[T], *args: Any, lost: Callable[[T], L], each: int = 1
    ) -> Iterator[R | L]:
        executor = carriers.pool(carriers.workers)
        line = _Line(executor, carriers.workers * AHEAD, function, args, lost)
        try:
            with closing(line.results(_bundles(items, each))) as results:
                yield from results
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    return spread


def _bundles(items: Iterable[T], each: int) -> Iterator[tuple[T, ...]]:
    left = iter(items)
    while bundle := tuple(islice(left, each)):
        yield bundle


def _all(function: Callable[..., R], bundle: Sequence[T], *args: Any) -> list[R]:
    """On a worker: the results of a bundle, in its order."""
    return [function(item, *args) for item in bundle]


@dataclass
class _Line:
    """Bundles on their way, in the order of their items."""

    executor: Executor
    most: int
    function: Callable[..., Any]
    args: tuple[Any, ...]
    lost: Callable[[Any], Any]
    running: deque[tuple[tuple[Any, ...], Future[list[Any]]]] = field(default_factory=deque)

    def results(self, bundles: Iterator[tuple[Any, ...]]) -> Generator[Any]:
        self._fill(bundles)
        while self.running:
            bundle, future = self.running.popleft()
            try:
                found = future.result()
            except BundleLostError:
                found = [self._alone(item) for item in bundle]
            self._fill(bundles)
            yield from found

    def _fill(self, bundles: Iterator[tuple[Any, ...]]) -> None:
        for bundle in islice(bundles, self.most - len(self.running)):
            self.running.append((bundle, self._submit(bundle)))

    def _submit(self, bundle: tuple[Any, ...]) -> Future[list[Any]]:
        return self.executor.submit(_all, self.function, bundle, *self.args)

    def _alone(self, item: Any) -> Any:
        """One item with nothing beside it: it kills its worker again, and is the one, or it does not."""
        wait([future for _, future in self.running])
        try:
            return self._submit((item,)).result()[0]
        except BundleLostError:
            _LOG.warning("a worker died of one item")
            return self.lost(item)
