"""Job: a question with its files, on the way to a worker; and what a worker works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lungview.serve.limits import Limits
from lungview.serve.offer import Offer
from lungview.serve.uploads.question import Question
from lungview.serve.uploads.scratch import Upload

PART, PROBLEM, DONE = b"P", b"E", b"D"  # the first byte of what a worker sends


@dataclass(frozen=True, slots=True)
class Job:
    """kind: "classify", "findings" or "pictures"."""

    kind: str
    uploads: tuple[Upload, ...] = field(repr=False)
    question: Question


@dataclass(frozen=True, slots=True)
class Bench:
    """threads: of a network. cancelled: asked between pictures; the answer is wanted no more."""

    limits: Limits
    offer: Offer
    threads: int = 1
    cancelled: Callable[[], bool] = lambda: False
