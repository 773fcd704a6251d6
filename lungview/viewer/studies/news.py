"""What is told of the listing: from the paths asked for to the last file looked at."""

from __future__ import annotations

from pathlib import Path

from lungview.errors import LungViewError
from lungview.sources.files.scan import Scan
from lungview.study.series import Series
from lungview.viewer.event import Event


class News:
    """The events of what is listed."""

    def __init__(self) -> None:
        self.opening = Event[tuple[Path, ...]]()  # before anything is read; what is open stays as it is
        self.replaced = Event[()]()  # a slice of them is decoded: what was listed is listed no more
        self.closed = Event[tuple[Series, ...]]()  # listed no more, others are
        self.failed = Event[LungViewError]()  # nothing of them can be shown, what is open stays
        self.found = Event[Series]()  # while listing; the same key again when it grew
        self.relisted = Event[()]()  # others are listed: some were joined, parted or closed
        self.progress = Event[int, int]()  # files looked at, files known
        self.ended = Event[Scan]()
        self.stopped = Event[()]()  # by the reader, or by an error that was shown
        self.told = Event[str]()  # a sentence for the status bar
