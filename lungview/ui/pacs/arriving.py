"""A study that is still arriving: opened with its first slice, and grown in place as the others come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from lungview.study.key import series_id
from lungview.viewer.studies import opening

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.ui.studies.tasks import Task

_EVERY_MS = 1500


class Arriving(QObject):
    """Lists a folder again and again while it fills; what the reader looks at stays where it is."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder: Path | None = None
        self._listing: Task | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._list)

    def came(self, folder: Path) -> None:
        """An object is there: the first of a study opens it."""
        if folder != self._folder:
            self._folder = folder
            self._session.open([folder])
            self._timer.start()

    def ended(self) -> None:
        """Nothing more comes: list it a last time."""
        self._timer.stop()
        if self._folder is not None:
            if self._listing is not None:
                self._listing.cancel()
            self._listing = None
            self._list()
        self._folder = None

    def _list(self) -> None:
        if self._folder is None or self._session.scanning or self._listing is not None:
            return
        self._listing = self._session.tasks.stream(
            opening.scan,
            (self._folder,),
            self._session.settings.slice_order,
            self._session.cache.get,
            on_event=lambda _event: None,
            on_result=self._listed,
            on_error=self._failed,
        )

    def _listed(self, scan: Any) -> None:
        self._listing = None
        for series in scan.series:
            self._grow(series)
        slices = sum(len(series.instances) for series in scan.series)
        said = self.tr("Series: %1, slices: %2").replace("%1", str(len(scan.series)))
        self._session.told.emit(said.replace("%2", str(slices)))

    def _failed(self, _error: BaseException) -> None:
        self._listing = None

    def _grow(self, series: Series) -> None:
        listed = self._session.studies.put(series)
        self._session.series_found.emit(listed)
        for viewport in self._session.viewports:
            stack = self._session.stack_of(viewport)
            if stack.series is not None and series_id(stack.series) == series_id(listed):
                stack.grow(listed)
