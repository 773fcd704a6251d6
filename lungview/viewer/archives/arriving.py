"""A study that is still arriving: opened with its first slice, and grown in place as the others come."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.study.key import series_id
from lungview.viewer.event import Event
from lungview.viewer.studies import opening

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series
    from lungview.viewer.common.background import Call
    from lungview.viewer.workspace import Workspace

_EVERY_MS = 1500


class Arriving:
    """Lists a folder again and again while it fills; what the reader looks at stays where it is.

    adds: as Workspace.open has it. complete: what had come when it ended is listed.
    """

    def __init__(self, workspace: Workspace, *, adds: bool | None = None) -> None:
        self.complete = Event[()]()
        self._workspace, self._adds = workspace, adds
        self._folder: Path | None = None
        self._last = False  # nothing more comes
        self._listing: Call | None = None
        self._timer = workspace.background.timer(_EVERY_MS, self._on_time)
        workspace.news.ended.connect(self._on_ended)
        workspace.news.stopped.connect(self._on_scanned)

    def came(self, folder: Path) -> None:
        """An object is there: the first of a study opens it."""
        if folder != self._folder:
            self._folder, self._last = folder, False
            self._workspace.open([folder], add=self._adds)
            self._timer.start()

    def ended(self) -> bool:
        """Nothing more comes: list it a last time, once what is being read is read.

        Returns whether there is anything to list, of which `complete` then tells.
        """
        if self._folder is None:
            return False
        self._stop_listing()
        self._last = True
        self._list()
        return True

    def close(self) -> None:
        """List nothing more, and tell no one; what has come stays."""
        self._workspace.news.ended.disconnect(self._on_ended)
        self._workspace.news.stopped.disconnect(self._on_scanned)
        self._timer.stop()
        self._stop_listing()
        self._folder = None

    def _stop_listing(self) -> None:
        if self._listing is not None:
            self._listing.cancel()
        self._listing = None

    def _on_time(self) -> None:
        self._timer.start()
        self._list()

    def _on_ended(self, _: Scan) -> None:
        self._on_scanned()

    def _on_scanned(self) -> None:
        if self._last:
            self._list()

    def _list(self) -> None:
        if self._folder is None or self._workspace.listing.running or self._listing is not None:
            return
        self._listing = self._workspace.background.stream(
            opening.scan,
            (self._folder,),
            self._workspace.settings.slice_order,
            self._workspace.cache.get,
            on_event=lambda _event: None,
            on_result=partial(self._listed, self._last),
            on_error=partial(self._failed, self._last),
        )

    def _listed(self, last: bool, scan: Any) -> None:
        self._listing = None
        for series in scan.series:
            self._grow(series)
        slices = sum(len(series.instances) for series in scan.series)
        self._workspace.news.told.emit(f"Series: {len(scan.series)}, slices: {slices}")
        self._end(last)

    def _failed(self, last: bool, _error: BaseException) -> None:
        self._listing = None
        self._end(last)

    def _end(self, last: bool) -> None:
        if last:
            self._timer.stop()
            self._folder, self._last = None, False
            self.complete.emit()

    def _grow(self, series: Series) -> None:
        listed = self._workspace.studies.put(series)
        self._workspace.news.found.emit(listed)
        for pane in self._workspace.panes:
            stack = self._workspace.stack_of(pane)
            if stack.series is not None and series_id(stack.series) == series_id(listed):
                stack.grow(listed)
