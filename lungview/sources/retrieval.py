"""What every way to retrieve has in common: which objects of a series are there, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lungview.sources.folder import Folder
from lungview.sources.source import FoundSeries

OnObject = Callable[[Path, int, int | None], None]
"""Called with each object's file as it is there, how many there are, and of how many; from any thread."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A series as far as it came.

    received: objects in the folder. missing: SOP Instance UIDs that the archive names and did not give.
    """

    series: FoundSeries
    folder: Path
    received: int
    missing: tuple[str, ...] = ()


class Arriving:
    """One series on its way into a folder.

    wanted: its objects' UIDs as the archive names them, empty where it does not name them.
    """

    def __init__(
        self, series: FoundSeries, folder: Folder, wanted: tuple[str, ...], on_object: OnObject | None = None
    ) -> None:
        self.series = series
        self.folder = folder
        self.wanted = wanted
        self._on_object = on_object
        self._seen: set[str] = set()
        self._there = self.count  # before any came; they count, too

    @property
    def count(self) -> int:
        """How many objects have come, or were there."""
        return len(self._seen) if not self.wanted else len(self.wanted) - len(self.missing())

    def missing(self) -> list[str]:
        """The wanted objects that are not in the folder."""
        study, series = self.series.study_uid, self.series.series_uid
        return [uid for uid in self.wanted if not self.folder.object(study, series, uid).exists()]

    def keep(self, data: bytes) -> None:
        """Put a received object into the folder. Raises DamagedFile, ReportError."""
        head, path = self.folder.keep(data)
        new = head.sop_uid not in self._seen
        self._seen.add(head.sop_uid)
        if new and self._on_object is not None:
            total = len(self.wanted) or self.series.instances
            self._on_object(path, self._there + len(self._seen), total)

    def result(self) -> Retrieved:
        """What came of it."""
        folder = self.folder.series(self.series.study_uid, self.series.series_uid)
        return Retrieved(self.series, folder, self.count, tuple(self.missing()))
