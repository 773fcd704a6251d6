"""From a row of a table to the slice on screen, with the heat map of the model that judged it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from lungview.classify.case import Case
from lungview.image.slice import Instance, Slice
from lungview.ui import second_reader
from lungview.ui.read_first import place_of
from lungview.ui.session import Session


class CaseOpener(QObject):
    """Opens the file of a case and goes to its frame, or to its member of a zip."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._reader = session, second_reader.of(session)
        self._wanted: Instance | None = None
        self._asked: Case | None = None
        session.slice_shown.connect(self._on_slice)
        session.scan_ended.connect(lambda _: self._on_scanned())

    def open(self, case: Case) -> None:
        """Show the slice; the model that judged it is asked again, for its picture and heat map."""
        self._wanted, self._asked = case.instance, None
        if case.prediction is not None:
            self._reader.choose(case.prediction.model.split("@")[0])
            self._asked = case
        self._session.open([case.instance.path])

    def _on_scanned(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        for series in self._session.series:
            for at, each in enumerate(series.instances):
                if place_of(each) == place_of(wanted) and (at or len(self._session.series) > 1):
                    self._session.show(series, at)

    def _on_slice(self, slice_: Slice | None) -> None:
        asked, entry = self._asked, self._reader.entry
        if slice_ is None or asked is None or place_of(slice_.instance) != place_of(asked.instance):
            return
        self._asked = None
        if asked.prediction and entry and asked.prediction.sha256 == entry.card.sha256:
            self._reader.run()
