"""The volume of the series that a reader works on, held so that a click is answered at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from lungview.study.series import Series
from lungview.study.volume import Volume

MAX_BYTES = 1 << 29  # half a GiB; a larger volume is read anew each time


class HeldVolume:
    """One volume, of the series asked for last. From any thread; two that ask together read once."""

    def __init__(self) -> None:
        self._held: tuple[Series, Volume] | None = None
        self._lock = threading.Lock()

    def get(self, series: Series, build: Callable[[], Volume]) -> Volume:
        """The volume of a series, built where it is not held. Raises what `build` raises."""
        with self._lock:
            if self._held is not None and self._held[0].instances == series.instances:
                return self._held[1]
            self._held = None  # not two at a time
            made = build()
            if made.values.nbytes <= MAX_BYTES:
                self._held = (series, made)
            return made

    def drop(self) -> None:
        """Forget it, as when its series is no longer open."""
        with self._lock:
            self._held = None
