"""A background that works when it is told to, and clocks that ring when they are told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.in_memory import MemoryCache, MemorySeries, make_slice


@dataclass(eq=False)
class HandCall:
    """A call that waits for `Hand.work`."""

    do: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass(eq=False)
class HandTimer:
    """Rings by `ring`, where it was started."""

    call: Callable[[], object]
    started: bool = False

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.started = False

    def ring(self) -> None:
        if self.started:
            self.started = False
            self.call()


@dataclass
class Hand:
    """As `viewer.common.background.Background`, in the thread of the test."""

    calls: list[HandCall] = field(default_factory=list)
    timers: list[HandTimer] = field(default_factory=list)

    def run(self, function: Any, *args: Any, on_result: Any, on_error: Any) -> HandCall:
        return self._add(lambda _: function(*args), on_result, on_error)

    def stream(self, function: Any, *args: Any, on_event: Any, on_result: Any, on_error: Any) -> HandCall:
        def work(call: HandCall) -> Any:
            def emit(event: Any) -> None:
                if not call.cancelled:
                    on_event(event)

            return function(emit, lambda: call.cancelled, *args)

        return self._add(work, on_result, on_error)

    def timer(self, ms: int, call: Callable[[], object]) -> HandTimer:
        self.timers.append(HandTimer(call))
        return self.timers[-1]

    def _add(self, work: Any, on_result: Any, on_error: Any) -> HandCall:
        def do() -> None:
            deliver: Callable[[], object]
            try:
                deliver = partial(on_result, work(call))
            except Exception as error:
                deliver = partial(on_error, error)
            if not call.cancelled:  # while it was at work
                deliver()

        call = HandCall(do)
        self.calls.append(call)
        return call

    def work(self) -> None:
        """Do all that was asked for and not cancelled, also what is asked for meanwhile."""
        while self.calls:
            call = self.calls.pop(0)
            if not call.cancelled:
                call.do()


@dataclass
class Opened:
    """A workspace with one pane, and what works behind it."""

    workspace: Workspace
    hand: Hand
    cache: MemoryCache

    def series(self, key: str, slices: int = 3, **known: object) -> MemorySeries:
        """A listed series of slices in memory."""
        made = [make_slice(index) for index in range(slices)]
        self.cache.slices.update({each.instance: each for each in made})
        series = MemorySeries(tuple(each.instance for each in made), key=key, uid=key, **known)  # type: ignore[arg-type]
        self.workspace.studies.series.append(series)  # type: ignore[arg-type]
        return series

    def pane(self) -> Pane:
        """One more pane."""
        made = Pane()
        self.workspace.add(made)
        return made


@pytest.fixture
def opened() -> Opened:
    """Nothing is open; slices are at hand unless a test calls them slow."""
    hand, cache = Hand(), MemoryCache({})
    workspace = Workspace(hand, cache=cache)  # type: ignore[arg-type]
    workspace.keeps_settings = False
    workspace.add(Pane())
    return Opened(workspace, hand, cache)
