"""Another try after a pause, as often as a node's settings say, where the node gave no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from lungview.errors import NoAnswer
from lungview.remote_nodes import RemoteNode
from lungview.sources.source import Cancel, check, never

PAUSE_S = 1.0  # before the second try; doubled before each further one
_STEP_S = 0.1
Answer = TypeVar("Answer")


def retried(node: RemoteNode, work: Callable[[], Answer], cancelled: Cancel = never) -> Answer:
    """What `work` gives. Raises what the last try raised, or Cancelled."""
    pause_s = PAUSE_S
    for left in range(node.tries - 1, -1, -1):
        check(cancelled)
        try:
            return work()
        except NoAnswer:
            if not left:
                raise
        _wait(pause_s, cancelled)
        pause_s *= 2
    raise AssertionError("tries are at least one")


def _wait(seconds: float, cancelled: Cancel) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check(cancelled)
        time.sleep(min(_STEP_S, seconds))
