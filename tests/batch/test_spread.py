"""Calls spread over workers: results in order, a bounded number on their way, a death costs one item."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from lungview.batch.carriers.executors import BundleLostError, Carriers
from lungview.batch.carriers.spread import AHEAD, among, here


def _square(item: int, offset: int = 0) -> int:
    return item * item + offset


def _lost(item: int) -> int:
    return -item


class _DiesOf(Executor):
    """Runs calls at once; a bundle with this item takes its worker with it."""

    def __init__(self, item: int) -> None:
        self.item = item
        self.bundles: list[tuple[int, ...]] = []

    def submit(self, function: Any, /, *args: Any, **_: Any) -> Future[Any]:
        self.bundles.append(args[1])
        made: Future[Any] = Future()
        if self.item in args[1]:
            made.set_exception(BundleLostError())
        else:
            made.set_result(function(*args))
        return made


@pytest.mark.parametrize("each", [1, 3, 16])
def test_results_are_in_the_order_of_the_items(each: int) -> None:
    spread = among(Carriers(3, ThreadPoolExecutor))
    assert list(spread(_square, range(20), 1, lost=_lost, each=each)) == [n * n + 1 for n in range(20)]
    assert list(here(_square, range(20), 1, lost=_lost, each=each)) == [n * n + 1 for n in range(20)]


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for n in range(1000):
            taken.append(n)
            yield n

    found = among(Carriers(2, ThreadPoolExecutor))(_square, items(), lost=_lost, each=5)
    assert next(found) == 0
    assert len(taken) <= 2 * AHEAD * 5 + 5
    found.close()  # type: ignore[attr-defined]


def test_a_death_costs_one_item_and_its_bundle_is_taken_apart() -> None:
    executor = _DiesOf(4)
    found = list(among(Carriers(1, lambda _: executor))(_square, range(9), lost=_lost, each=3))
    assert found == [0, 1, 4, 9, -4, 25, 36, 49, 64]
    assert [b for b in executor.bundles if 4 in b] == [(3, 4, 5), (4,)]


def test_an_error_of_the_function_is_raised() -> None:
    def fails(item: int) -> int:
        raise ValueError(item)

    with pytest.raises(ValueError, match="0"):
        list(among(Carriers(2, ThreadPoolExecutor))(fails, range(3), lost=_lost))
