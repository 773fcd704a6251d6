"""One line of the self-test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """check: its name. ok: whether it holds. detail: the figure, or what was found and expected."""

    check: str
    ok: bool
    detail: str
