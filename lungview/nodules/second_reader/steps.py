"""Steps of an answer: how long each takes, how far it is, whether to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lungview.errors import Cancelled
from lungview.nodules.answer import Located

READ, LUNGS, SEARCH, OUTLINE = "read", "lungs", "search", "outline"

# Called with the step, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]
# Called with all that is found until now, by falling score; what was called earlier is no longer true.
Found = Callable[[tuple[Located, ...]], None]


class Steps:
    """Of one answer; from one thread."""

    def __init__(
        self,
        on_progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        on_found: Found | None = None,
    ) -> None:
        self.seconds: dict[str, float] = {}
        self.cancelled = cancelled or (lambda: False)
        self.on_found = on_found
        self._on_progress = on_progress or (lambda *_: None)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Take the time of a step. Gives a function of done and of, which raises Cancelled when asked to."""
        start = time.perf_counter()

        def tell(done: int, of: int) -> None:
            self._on_progress(name, done, of)
            if self.cancelled():
                raise Cancelled("the search for findings was stopped")

        try:
            yield tell
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
