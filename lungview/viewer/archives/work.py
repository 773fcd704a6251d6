"""What a window has done in a thread with an archive: tested, searched, a study fetched into a folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lungview.remote_nodes import RemoteNode, WebNode
from lungview.sources import archives
from lungview.sources.folder import Folder
from lungview.sources.retrying import Retry
from lungview.sources.source import Cancel, Found, FoundSeries, FoundStudy, Query
from lungview.viewer.common.retrieved import kept_in, place_of

KEPT_DAYS = 7  # then a retrieved study is deleted, when another one is retrieved
Emit = Callable[[object], None]
Order = Callable[[FoundSeries], tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class Came:
    """One more object is there. count: of the study, of total (None: not known). size: its bytes."""

    folder: Path
    count: int
    total: int | None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """The line broke, or no answer came, and it is tried again: what is here is not asked for again."""

    retry: Retry
    count: int
    total: int | None


def test(node: RemoteNode) -> float:
    """Seconds until a node answers. Raises NetworkError."""
    return archives.echo(node)


def keep_secret(node: WebNode, value: str) -> None:
    """Put a password or token into the system's key store; "" takes it out. Raises NetworkError."""
    archives.keep_secret(node, value)


def search(emit: Emit, cancelled: Cancel, node: RemoteNode, query: Query) -> Found:
    """Studies; each is emitted as it is found. Raises NetworkError, Cancelled."""
    return archives.find(node, query, emit, cancelled)


def as_found(_series: FoundSeries) -> tuple[bool, ...]:
    """The archive's own order."""
    return ()


def retrieve(
    emit: Emit, cancelled: Cancel, node: RemoteNode, study: FoundStudy, order: Order = as_found
) -> tuple[int, int]:
    """Objects that are here then, and that are missing. Emits Came with each, Broken before a pause.

    order: which series come first. Raises NetworkError, ReportError (no room), Cancelled.
    """
    delete_old()
    asked = Query(study_uid=study.study_uid, of_series=True)
    series = sorted(archives.find(node, asked, cancelled=cancelled).series, key=order)
    arriving = _Arriving(emit, study, series)
    missing = 0
    for each in series:
        result = archives.retrieve(
            node, each, arriving.folder, arriving.came, cancelled, on_retry=arriving.broken
        )
        missing += len(result.missing)
        arriving.done(result.received)
    return arriving.before, missing


class _Arriving:
    """A study on its way: what is told of it. before: objects of the series that are done."""

    def __init__(self, emit: Emit, study: FoundStudy, series: list[FoundSeries]) -> None:
        self.folder = Folder(kept_in())
        self.before = 0
        self._now = 0
        self._emit = emit
        self._place = place_of(study.study_uid)
        counts = [each.instances for each in series]
        self._total = study.instances or (sum(filter(None, counts)) if all(counts) else None)

    def came(self, path: Path, number: int, _of: int | None) -> None:
        """An object of the series that is coming."""
        self._now = number
        self._emit(Came(self._place, self.before + number, self._total, path.stat().st_size))

    def broken(self, retry: Retry) -> None:
        self._emit(Broken(retry, self.before + self._now, self._total))

    def done(self, count: int) -> None:
        """A series is here."""
        self.before, self._now = self.before + count, 0
        self._emit(Came(self._place, self.before, self._total))


def delete_old() -> None:
    """Delete studies that were retrieved longer ago than KEPT_DAYS."""
    before = time.time() - KEPT_DAYS * 86400
    if kept_in().is_dir():
        for study in kept_in().iterdir():
            if study.is_dir() and study.stat().st_mtime < before:
                shutil.rmtree(study, ignore_errors=True)
