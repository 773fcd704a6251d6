"""Earlier studies fetched before they are asked for: few, not too old, never to the end of the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from lungview.errors import Cancelled
from lungview.image.values import dates
from lungview.remote_nodes import RemoteNode
from lungview.settings import Settings
from lungview.sources.folder import Folder
from lungview.sources.source import Cancel, check
from lungview.viewer.archives import work
from lungview.viewer.archives.priors import Now, Prior, likeness
from lungview.viewer.common.retrieved import kept_in

LEAST_FREE = 2_000_000_000  # bytes of the disk that stay free
_MEGABYTE = 1_000_000
_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Bounds:
    """most: studies. years: before the study that is read, or before today where that has no date.

    most_bytes: of all that is fetched for one study.
    """

    most: int
    years: float
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was fetched. full: it ended for want of room, by the bound or on the disk."""

    studies: int
    full: bool = False


def bounds_of(settings: Settings) -> Bounds:
    """As the settings have it."""
    megabytes = settings.fetch_priors_mb * _MEGABYTE
    return Bounds(settings.fetch_priors_most, settings.fetch_priors_years, megabytes)


def chosen(now: Now, priors: Sequence[Prior], bounds: Bounds, today: date) -> tuple[Prior, ...]:
    """Those that are fetched: of the same modality, with nothing in doubt, and not too old; newest first."""
    until = dates.parse_date(now.date) or today

    def is_young(prior: Prior) -> bool:
        day = dates.parse_date(prior.study.study_date)
        return day is not None and (until - day).days <= bounds.years * _DAYS

    mine = [p for p in priors if not p.doubts and now.modality in p.study.modalities and is_young(p)]
    return tuple(mine[: bounds.most])


def fetch(
    emit: Callable[[object], None],
    cancelled: Cancel,
    nodes: Mapping[str, RemoteNode],
    now: Now,
    priors: Sequence[Prior],
    bounds: Bounds,
) -> Ahead:
    """Fetch studies into the folder of retrieved ones. Emits (Prior, Came or Broken).

    What came of one that was cut short stays, and is not asked for again when it is opened.
    Raises NetworkError, ReportError, Cancelled.
    """
    room = _Room(cancelled, bounds.most_bytes, Folder(kept_in()).root)
    for done, prior in enumerate(priors):
        try:
            tell = partial(_tell, emit, room, prior)
            work.retrieve(tell, room.ends, nodes[prior.node], prior.study, partial(likeness, now))
        except Cancelled:
            check(cancelled)
            return Ahead(done, full=True)
    return Ahead(len(priors))


def _tell(emit: Callable[[object], None], room: _Room, prior: Prior, event: object) -> None:
    if isinstance(event, work.Came):
        room.taken += event.size
    emit((prior, event))


class _Room:
    """taken: bytes. It ends a retrieval as its caller does."""

    def __init__(self, cancelled: Cancel, most: int, folder: Path) -> None:
        self._cancelled, self._most, self._folder = cancelled, most, folder
        self.taken = 0

    def ends(self) -> bool:
        free = shutil.disk_usage(self._folder).free
        return self._cancelled() or self.taken >= self._most or free < LEAST_FREE
