"""File › Open from PACS…, Sent to archives…: a dialog each, which stays open beside the pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from lungview.ui.layout.layouts import Layouts
from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.archives.prior_desk import PriorDesk
from lungview.viewer.archives.sender import Sender
from lungview.viewer.study_list.keeper import StudyKeeper
from lungview.viewer.study_list.origins import Origins

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.pacs.dialog import PacsDialog
    from lungview.ui.pacs.sending.queue import QueueDialog
    from lungview.ui.shell.host import Host
    from lungview.viewer.archives.priors import Offer

_PANEL_HEIGHT = 260
_T = QT_TRANSLATE_NOOP
PRIORS = Row("file.priors", _T("Actions", "Earlier studies in archives"), (), FILE)
SENT = Row("file.sent", _T("Actions", "Sent to archives…"), (), FILE)


class PacsActions(QObject):
    """Makes each dialog when it is first asked for."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self.dialog: PacsDialog | None = None
        self.sent: QueueDialog | None = None
        self._offered: Offer | None = None
        self.outgoing = Sender(self._tasks("lungview-send", 2), self._tasks("lungview-queue", 1))
        self.priors = PriorDesk(host.workspace, self._tasks("lungview-priors", 2))
        for each in (self.outgoing, self.priors):
            host.workspace.services.put(each)
        host.actions_table.add_rows(PRIORS, SENT)
        host.actions_table.handle("file.open_pacs", self.open)
        host.actions_table.handle(PRIORS.id, self._show_priors)
        host.actions_table.handle(SENT.id, self.open_sent)
        host.when_closing(self.outgoing.end)
        host.when_equipped(self.priors.begin)
        self.priors.changed.connect(self._on_priors)
        self.priors.beside_wanted.connect(self._show_beside)
        host.workspace.services.one(Origins, Origins).when_renamed(self._on_renamed)
        self.outgoing.start()

    def _tasks(self, name: str, threads: int) -> Tasks:
        """Ended with the window."""
        made = Tasks(lambda: ThreadPoolExecutor(threads, name), self)
        self._host.when_closing(made.close)
        return made

    def open(self) -> None:
        """Show the dialog, made at the first time: its libraries take a moment to load."""
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def open_sent(self) -> None:
        """Show the queue of what is sent."""
        from lungview.ui.pacs.sending.queue import QueueDialog

        if self.sent is None:
            session = self._host.session
            self.sent = QueueDialog(self.outgoing, lambda: session.settings.hide_patient, self._host.widget)
        self.sent.panel.refresh()
        self.sent.show()
        self.sent.raise_()
        self.sent.activateWindow()

    def _show_priors(self) -> None:
        self._host.to_front("priors", height=_PANEL_HEIGHT)

    def _show_beside(self, now: Series, prior: Series | None) -> None:
        layouts = self._host.workspace.services.find(Layouts)
        if layouts is not None:
            layouts.compare(now, prior)

    def _on_priors(self) -> None:
        """What archives have is shown once it is known, and not again where the reader closes the panel."""
        offer = self.priors.offer
        if offer is not None and offer is not self._offered and (offer.priors or offer.faults):
            if self._offered is None:
                self._show_priors()
            self._offered = offer
        elif offer is None:
            self._offered = None

    def _on_renamed(self, before: str, after: str) -> None:
        """What waits for an archive and what came from it go by its new name, where that is kept."""
        if self._host.session.keeps_settings:
            self.outgoing.rename(before, after)
            if (keeper := self._host.workspace.services.find(StudyKeeper)) is not None:
                keeper.rename_archive(before, after)

    def _made(self) -> PacsDialog:
        from lungview.ui.pacs.dialog import PacsDialog
        from lungview.viewer.archives.arriving import Arriving

        dialog = PacsDialog(self._host.session, self._host.widget)
        arriving = Arriving(self._host.workspace)
        dialog.asked.connect(self.priors.came_from)
        dialog.came.connect(arriving.came)
        dialog.ended.connect(arriving.ended)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(dialog.end)
        return dialog
