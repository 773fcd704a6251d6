"""Taking the picture on screen elsewhere: export, clipboard, its DICOM tags."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from lungview.ui.layout import export
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_NEED_A_PICTURE = ("file.export", "edit.copy", "file.tags")


class PictureActions(QObject):
    """Slots of the actions that need a picture."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session, self._actions = host, host.session, host.actions_table
        self._actions.handle("file.export", self._ask)
        self._actions.handle("edit.copy", self._copy)
        self._actions.handle("file.tags", self._show_tags)
        self._session.view_changed.connect(lambda _before, after: self._reflect(after))
        self._session.active_changed.connect(lambda viewport: self._reflect(viewport.state))
        self._reflect(self._session.viewport.state)

    def export(self, path: Path, patient: bool) -> None:
        """Write what is on screen now; encoding and writing happen in the background."""
        image = export.rendered(self._session.viewport, patient=patient)
        self._session.tasks.run(
            export.write,
            image,
            path,
            on_result=lambda _: self._session.told.emit(self.tr("Exported: %1").replace("%1", path.name)),
            on_error=lambda error: self._session.told.emit(str(error)),
        )

    def _ask(self) -> None:
        from lungview.ui.layout.export_dialog import ExportDialog

        state = self._session.viewport.state
        if state.slice is None:
            return
        modality = state.slice.instance.modality or "picture"
        dialog = ExportDialog(
            f"lungview-{modality.lower()}-{state.index + 1:04d}",  # no name, no path: nothing of the patient
            patient=self._session.settings.export_patient_text,
            burned_in=state.slice.burned_in,
            parent=self._host.widget,
        )
        dialog.chosen.connect(self.export)
        dialog.open()

    def _copy(self) -> None:
        if self._session.viewport.state.slice is None:
            return
        patient = self._session.settings.export_patient_text
        QGuiApplication.clipboard().setImage(export.rendered(self._session.viewport, patient=patient))
        with_patient = self.tr("Picture copied, with the patient's data")
        self._session.told.emit(with_patient if patient else self.tr("Picture copied, without the patient"))

    def _show_tags(self) -> None:
        from lungview.ui.browser.tags import TagsDialog

        state = self._session.viewport.state
        if state.slice is None:
            return
        instance, hidden = state.slice.instance, not state.overlays.patient
        tasks = self._session.tasks
        dialog = TagsDialog(
            instance.path, instance.member, tasks, hide_personal=hidden, parent=self._host.widget
        )
        # A bound method of a QObject: the connection ends with the dialog.
        self._session.slice_shown.connect(dialog.follow)
        dialog.show()

    def _reflect(self, state: ViewState) -> None:
        for name in _NEED_A_PICTURE:
            self._actions[name].setEnabled(state.slice is not None)
        if state.slice is not None and state.slice.reformatted:
            self._actions["file.tags"].setEnabled(False)  # no file holds it
