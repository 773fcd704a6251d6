"""What every way to send has in common: an object's outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """How far an object has come on its way to an archive."""

    WAITING = "waiting"  # to be sent, now or later
    SENT = "sent"  # the archive has taken it
    COMMITTED = "committed"  # and has answered for its keeping
    FAILED = "failed"  # given up; the reason is said


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one object. reason: why it waits or failed, or what the archive remarked."""

    path: Path
    state: State
    reason: str = ""


OnOutcome = Callable[[Outcome], None]
