"""What came of judging a study: a value for each of its series, and it crosses a process border."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """One series. key, digest: which, and which objects of it. reason: why it is refused, else "".

    files: kind ("sr", "sc") and path of each answer.
    """

    key: str
    digest: str
    reason: str = ""
    files: tuple[tuple[str, Path], ...] = ()

    @property
    def refused(self) -> bool:
        return bool(self.reason)


def digest(sop_uids: Iterable[str]) -> str:
    """Which objects a series was judged by, whatever their order."""
    return hashlib.sha256("\n".join(sorted(sop_uids)).encode()).hexdigest()
