"""The report dialog of a window: what it is given, and when it must close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.classify.kept.opinion import CONFIDENCES
from lungview.errors import SettingsError
from lungview.report import naming
from lungview.report.content import Opinion
from lungview.settings import Settings
from lungview.study.key import FrameKey, PictureId
from lungview.ui.report import reports, sending
from lungview.ui.report.dialog import ReportDialog
from lungview.viewer.archives.sender import Sender
from lungview.viewer.report_draft import Draft, SeriesPart, Wanted
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader import series_run

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.ui.shell.host import Host


class ReportDesk(QObject):
    """One dialog at a time, of the slice that is on screen."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        self._known: dict[FrameKey, PictureId] = {}
        self._open: tuple[Slice, ReportDialog] | None = None

    def open(self) -> None:
        """Ask what is to be reported of the slice on screen; nothing happens without one."""
        session, shown = self._session, self._session.viewport.state.slice
        if shown is None:
            return
        dialog = ReportDialog(
            self.draft,
            session.settings,
            session.tasks,
            self._host.widget,
            opinion=self._recorded_label(),
            name=naming.of_slice(shown, date.today()),
            sends=self._session.workspace.services.find(Sender) is not None,
        )
        dialog.send_asked.connect(lambda: sending.ask(dialog, session, shown))
        dialog.settings_chosen.connect(self._keep)
        dialog.told.connect(self._session.told)
        dialog.finished.connect(self._on_finished)
        self._open = shown, dialog
        dialog.open()

    def _on_finished(self) -> None:
        self._open = None

    def on_slice(self, slice_: Slice | None) -> None:
        """What is being read can arrive while the dialog is open: it must not report on another picture."""
        if self._open is not None and slice_ is not self._open[0]:
            self._open[1].reject()
            self._session.told.emit(self.tr("The report was closed: another picture is on screen now"))

    def _recorded_label(self) -> str:
        """What the reader recorded for this slice, in words."""
        reader = second_reader.of(self._session.workspace)
        key = reader.first.opinion(reader.slice) if reader.slice else ""
        classes = reader.entry.card.classes if reader.entry else ()
        return next((c.text for c in classes if c.key == key), key)

    def _with_record(self, opinion: Opinion) -> Opinion:
        """The opinion as written, with when and how surely it was recorded unless it is another one now."""
        reader = second_reader.of(self._session.workspace)
        found = reader.first.recorded(reader.slice) if reader.slice else None
        if found is None or opinion.label != self._recorded_label():
            return opinion
        sure = CONFIDENCES[found.confidence - 1] if found.confidence else ""
        return replace(opinion, read_first=found.read_first, agrees=found.agrees, confidence=sure)

    def draft(self, wanted: Wanted) -> Draft:
        """What is on screen now, with what the reader wants beside it."""
        drawn = self._session.workspace.annotations
        wanted = replace(wanted, opinion=self._with_record(wanted.opinion))
        return reports.draft_of(self._session, drawn, wanted, self._known, self._series())

    def _series(self) -> SeriesPart | None:
        """What series mode said of the series on screen; None where it said nothing yet, or may not."""
        workspace = self._session.workspace
        shown, entry = workspace.stack.series, second_reader.of(workspace).entry
        answer = series_run.of(workspace).answer
        if answer is None or shown is None or entry is None:
            return None
        return SeriesPart(answer, entry.card, tuple(shown.instances), shown.description)

    def _keep(self, chosen: Settings) -> None:
        try:
            self._session.change_settings(chosen)
        except SettingsError as error:
            self._session.told.emit(str(error))
