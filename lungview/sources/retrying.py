"""Another try after a pause, as often as a node's settings say, where the node gave no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lungview.errors import NoAnswer
from lungview.remote_nodes import RemoteNode
from lungview.sources.source import Cancel, check, never

PAUSE_S = 1.0  # before the second try; doubled before each further one
_STEP_S = 0.1
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Retry:
    """A line that broke, or an answer that did not come. number: of the next try, of how many."""

    reason: str
    pause_s: float
    number: int
    tries: int


OnRetry = Callable[[Retry], None]
"""Told before each pause; from any thread."""


def retried(
    node: RemoteNode,
    work: Callable[[], Answer],
    cancelled: Cancel = never,
    *,
    on_retry: OnRetry | None = None,
    came: Callable[[], int] = lambda: 0,
) -> Answer:
    """What `work` gives. Raises what the last try raised, or Cancelled.

    came: how much has come; a try that brought more is the first again, for the line is there.
    """
    failed = 0
    while True:
        check(cancelled)
        before = came()
        try:
            return work()
        except NoAnswer as error:
            failed = 1 if came() > before else failed + 1
            if failed >= node.tries:
                raise
            reason = error.message
        pause_s = PAUSE_S * 2 ** (failed - 1)
        if on_retry is not None:
            on_retry(Retry(reason, pause_s, failed + 1, node.tries))
        _wait(pause_s, cancelled)


def _wait(seconds: float, cancelled: Cancel) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check(cancelled)
        time.sleep(min(_STEP_S, seconds))
