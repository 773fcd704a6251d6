"""Work on slices, shared by the processors: while OpenCV and NumPy work on one, others go on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from lungview.machine import cpus

_MOST = 4  # more are no faster: Python's own part of the work is done by one at a time


def each(work: Callable[[int], None], count: int) -> None:
    """work(0) … work(count - 1), in no order; all of it is done on return. Raises what one of them raises."""
    parts = min(cpus(), _MOST)

    def some(first: int) -> None:
        for k in range(first, count, parts):
            work(k)

    list(_pool(parts).map(some, range(parts)))


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="lungs")
