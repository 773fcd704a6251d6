"""The window's reports and batches: actions, and an end to what still runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.classify.opinion import CONFIDENCES
from lungview.errors import SettingsError
from lungview.report import naming
from lungview.report.content import Opinion
from lungview.settings import Settings
from lungview.study.key import FrameKey, PictureId
from lungview.ui import batches, reports, second_reader
from lungview.ui.actions import ANALYSE, FILE, Row
from lungview.ui.annotations import Annotations
from lungview.ui.report_draft import Draft, SeriesPart, Wanted
from lungview.ui.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow
    from lungview.ui.panels.batch import BatchPanel

ROWS = (
    Row("file.report", "Report…", ("Ctrl+R",), FILE, "export"),
    Row("analyse.batch", "Classify a folder…", ("Ctrl+B",), ANALYSE, "folder"),
)


def install(window: MainWindow) -> None:
    ReportActions(window)


class ReportActions(QObject):
    """Slots of the report and batch actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._actions = window.actions_table
        self._known: dict[FrameKey, PictureId] = {}
        self._actions.add_rows(*ROWS)
        self._report = self._actions.handle("file.report", self._on_report)
        self._actions.handle("analyse.batch", self._on_batch)
        self._session.view_changed.connect(lambda _before, after: self._reflect(after))
        self._session.active_changed.connect(lambda viewport: self._reflect(viewport.state))
        self._reflect(self._session.viewport.state)
        window.batch_dropped.connect(self._on_dropped)
        window.batch_refusal = self._why_no_batch
        window.closing.connect(batches.of(self._session).close)

    def _reflect(self, state: ViewState) -> None:
        self._report.setEnabled(state.slice is not None)

    def _on_report(self) -> None:
        from lungview.ui.dialogs.report import ReportDialog

        session, shown = self._session, self._session.viewport.state.slice
        if shown is None:
            return
        dialog = ReportDialog(
            self.draft,
            session.settings,
            session.tasks,
            self._window,
            opinion=self._recorded_label(),
            name=naming.of_slice(shown, date.today()),
        )
        dialog.settings_chosen.connect(self._keep)
        dialog.told.connect(self._session.told)
        dialog.open()

    def _recorded_label(self) -> str:
        """What the reader recorded for this slice, in words."""
        reader = second_reader.of(self._session)
        key = reader.first.opinion(reader.slice) if reader.slice else ""
        classes = reader.entry.card.classes if reader.entry else ()
        return next((c.text for c in classes if c.key == key), key)

    def _with_record(self, opinion: Opinion) -> Opinion:
        """The opinion as written, with when and how surely it was recorded unless it is another one now."""
        reader = second_reader.of(self._session)
        found = reader.first.recorded(reader.slice) if reader.slice else None
        if found is None or opinion.label != self._recorded_label():
            return opinion
        sure = CONFIDENCES[found.confidence - 1] if found.confidence else ""
        return replace(opinion, read_first=found.read_first, agrees=found.agrees, confidence=sure)

    def draft(self, wanted: Wanted) -> Draft:
        """What is on screen now, with what the reader wants beside it."""
        drawn = self._window.findChild(Annotations)
        wanted = replace(wanted, opinion=self._with_record(wanted.opinion))
        return reports.draft_of(self._session, drawn, wanted, self._known, self._series())

    def _series(self) -> SeriesPart | None:
        """What series mode said of the series on screen; None where it said nothing yet, or may not."""
        panel = self._window.panels.get("series_curve")
        shown, entry = self._session.stack.series, second_reader.of(self._session).entry
        answer = getattr(panel, "answer", None)
        if answer is None or shown is None or entry is None:
            return None
        return SeriesPart(answer, entry.card, tuple(shown.instances), shown.description)

    def _keep(self, chosen: Settings) -> None:
        try:
            self._session.change_settings(chosen)
        except SettingsError as error:
            self._session.told.emit(str(error))

    def _on_batch(self) -> None:
        self._batch_panel().ask_folder()

    def _on_dropped(self, dropped: list[str]) -> None:
        self._batch_panel().start([Path(path) for path in dropped])

    def _batch_panel(self) -> BatchPanel:
        """The panel, brought to the front."""
        dock = self._window.docks["batch"]
        dock.show()
        dock.raise_()
        panel: BatchPanel = self._window.panels["batch"]  # type: ignore[assignment]
        return panel

    def _why_no_batch(self) -> str:
        """Why nothing can be dropped for a batch now, "" when it can."""
        if batches.of(self._session).running:
            return self.tr("a batch is running")
        return "" if second_reader.of(self._session).entry else self.tr("no model is installed")
