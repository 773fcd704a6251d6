"""A study that is still arriving: opened with its first slice, and grown in place as the others come."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from lungview.study.key import series_id
from lungview.viewer.studies import opening

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.ui.studies.tasks import Task

_EVERY_MS = 1500


class Arriving(QObject):
    """Lists a folder again and again while it fills; what the reader looks at stays where it is.

    adds: as Session.open has it.
    """

    complete = Signal()  # what had come when it ended is listed

    def __init__(self, session: Session, parent: QObject | None = None, *, adds: bool | None = None) -> None:
        super().__init__(parent)
        self._session, self._adds = session, adds
        self._folder: Path | None = None
        self._last = False  # nothing more comes
        self._listing: Task | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._list)
        for signal in (session.scan_ended, session.scan_stopped):
            signal.connect(self._on_scanned)

    def came(self, folder: Path) -> None:
        """An object is there: the first of a study opens it."""
        if folder != self._folder:
            self._folder, self._last = folder, False
            self._session.open([folder], add=self._adds)
            self._timer.start()

    def ended(self) -> bool:
        """Nothing more comes: list it a last time, once what is being read is read.

        Returns whether there is anything to list, of which `complete` then tells.
        """
        if self._folder is None:
            return False
        if self._listing is not None:
            self._listing.cancel()
        self._listing, self._last = None, True
        self._list()
        return True

    def _on_scanned(self) -> None:
        if self._last:
            self._list()

    def _list(self) -> None:
        if self._folder is None or self._session.scanning or self._listing is not None:
            return
        self._listing = self._session.tasks.stream(
            opening.scan,
            (self._folder,),
            self._session.settings.slice_order,
            self._session.cache.get,
            on_event=lambda _event: None,
            on_result=partial(self._listed, self._last),
            on_error=partial(self._failed, self._last),
        )

    def _listed(self, last: bool, scan: Any) -> None:
        self._listing = None
        for series in scan.series:
            self._grow(series)
        slices = sum(len(series.instances) for series in scan.series)
        said = self.tr("Series: %1, slices: %2").replace("%1", str(len(scan.series)))
        self._session.told.emit(said.replace("%2", str(slices)))
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
        listed = self._session.studies.put(series)
        self._session.series_found.emit(listed)
        for viewport in self._session.viewports:
            stack = self._session.stack_of(viewport)
            if stack.series is not None and series_id(stack.series) == series_id(listed):
                stack.grow(listed)
