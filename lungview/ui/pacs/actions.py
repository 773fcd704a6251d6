"""File › Open from PACS…: one dialog a window, which stays open beside what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

if TYPE_CHECKING:
    from lungview.ui.pacs.dialog import PacsDialog
    from lungview.ui.shell.host import Host


class PacsActions(QObject):
    """Makes the dialog when it is first asked for."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self.dialog: PacsDialog | None = None
        host.actions_table.handle("file.open_pacs", self.open)

    def open(self) -> None:
        """Show the dialog, made at the first time: its libraries take a moment to load."""
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _made(self) -> PacsDialog:
        from lungview.ui.pacs.arriving import Arriving
        from lungview.ui.pacs.dialog import PacsDialog

        dialog = PacsDialog(self._host.session, self._host.widget)
        arriving = Arriving(self._host.session, dialog)
        dialog.came.connect(arriving.came)
        dialog.ended.connect(arriving.ended)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(dialog.end)
        return dialog
