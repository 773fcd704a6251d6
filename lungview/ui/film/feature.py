"""Export of a range of slices: the action, its dialog, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QProgressDialog

from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row

if TYPE_CHECKING:
    from lungview.ui.film.dialog import Plan
    from lungview.ui.film.recorder import Outcome
    from lungview.ui.shell.host import Host
    from lungview.viewer.state import ViewState

ROW = Row(
    "file.export_slices",
    QT_TRANSLATE_NOOP("Actions", "Export slices as film or pictures…"),
    ("Ctrl+Alt+E",),
    FILE,
)


def install(host: Host) -> None:
    FilmActions(host)


class FilmActions(QObject):
    """On while the active view has several slices."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        host.actions_table.add_rows(ROW)
        self._action = host.actions_table.handle(ROW.id, self._ask)
        self._session.view_changed.connect(lambda _before, after: self._reflect(after))
        self._session.active_changed.connect(lambda viewport: self._reflect(viewport.state))
        self._reflect(self._session.viewport.state)

    def _reflect(self, state: ViewState) -> None:
        self._action.setEnabled(state.slice is not None and state.count > 1)

    def _ask(self) -> None:
        from lungview.ui.film.dialog import FilmDialog

        shown, stack = self._session.viewport.state.slice, self._session.stack
        if shown is None:
            return
        modality, settings = (shown.instance.modality or "picture").lower(), self._session.settings
        dialog = FilmDialog(
            f"lungview-{modality}-slices",  # no name, no path: nothing of the patient
            stack.count,
            settings.cine_fps,
            patient=settings.export_patient_text,
            burned_in=shown.burned_in,
            parent=self._host.widget,
        )
        dialog.chosen.connect(self.export)
        dialog.open()

    def export(self, plan: Plan) -> None:
        """Record behind a dialog that says how far it is and can end it."""
        from lungview.ui.film.recorder import Recorder

        self._host.actions_table["slice.cine"].setChecked(False)  # it would go elsewhere
        film = plan.kind.begin(plan.path, plan.rate)
        recorder = Recorder(self._session, film, plan.indices, patient=plan.patient, parent=self)
        shown = QProgressDialog(
            self.tr("Exporting slices"), self.tr("Cancel"), 0, len(plan.indices), self._host.widget
        )
        shown.setWindowModality(Qt.WindowModality.WindowModal)  # a click would change what is recorded
        shown.setMinimumDuration(0)
        shown.setAutoReset(False)
        shown.canceled.connect(recorder.cancel)
        recorder.progressed.connect(lambda done, _: shown.setValue(done))
        recorder.ended.connect(lambda outcome: self._on_ended(outcome, shown, recorder))
        recorder.start()

    def _on_ended(self, outcome: Outcome, shown: QProgressDialog, recorder: QObject) -> None:
        shown.canceled.disconnect()
        shown.close()
        shown.deleteLater()
        recorder.deleteLater()
        self._session.told.emit(self._said(outcome))

    def _said(self, outcome: Outcome) -> str:
        if outcome.why:
            return outcome.why
        if outcome.path is None:
            return self.tr("Export cancelled after %1 pictures").replace("%1", str(outcome.written))
        said = self.tr("Exported: %1 (%2 pictures)").replace("%1", outcome.path.name)
        said = said.replace("%2", str(outcome.written))
        if outcome.left_out:
            left = self.tr("; %1 slices that cannot be read were left out")
            said += left.replace("%1", str(outcome.left_out))
        return said
