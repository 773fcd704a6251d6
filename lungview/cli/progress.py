"""A bar on stderr with rate and time left; lines instead when stderr is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

EVERY = 10.0  # seconds between lines without a terminal


class Advance(Protocol):
    """Called with how many more are done."""

    def __call__(self, count: int, /) -> None: ...


@contextmanager
def progress(total: int, what: str, quiet: bool = False) -> Iterator[Advance]:
    """Show how far a job of `total` steps is while the block runs."""
    if quiet or not total:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(total, what) as advance:
            yield advance
    else:
        yield _Lines(total, what)


@contextmanager
def _bar(total: int, what: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    start = time.monotonic()
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=total, rate="")

        def advance(count: int) -> None:
            done = shown.tasks[0].completed + count
            rate = done / max(time.monotonic() - start, 1e-3)
            shown.update(task, advance=count, rate=f"{rate:.1f}/s")

        yield advance


class _Lines:
    """A line now and then, for logs."""

    def __init__(self, total: int, what: str) -> None:
        self.total, self.what, self.done = total, what, 0
        self.start = self.said = time.monotonic()

    def __call__(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.said < EVERY and self.done < self.total:
            return
        self.said = now
        rate = self.done / max(now - self.start, 1e-3)
        left = (self.total - self.done) / rate if rate else 0.0
        text = f"{self.what}: {self.done} of {self.total}, {rate:.1f}/s, {left:.0f} s left"
        print(text, file=sys.stderr, flush=True)
