"""Help in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from lungview.errors import ReadError
from lungview.ui.shell.actions import HELP, QT_TRANSLATE_NOOP, Row

if TYPE_CHECKING:
    from lungview.ui.help.manual import ManualDialog
    from lungview.ui.help.tour import Tour
    from lungview.ui.shell.host import Host
    from lungview.ui.shell.message_bar import MessageBar

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("help.manual", _T("Actions", "Manual"), ("F1",), HELP, "help"),
    Row("help.tour", _T("Actions", "First tour (three minutes)"), (), HELP),
)


def install(host: Host) -> None:
    Help(host)


class Help(QObject):
    """The manual, one at a time, and the tour."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self.manual: ManualDialog | None = None
        self.tour: Tour | None = None
        host.workspace.services.put(self)
        host.actions_table.add_rows(*ROWS)
        host.actions_table.handle("help.manual", self.open_manual)
        host.actions_table.handle("help.tour", self.begin_tour)
        self._invite()

    def _invite(self) -> None:
        """In the empty window, for who does not know what to do."""
        for name in ("help.tour", "help.manual"):
            action = self._host.actions_table[name]
            button = QPushButton(action.icon(), action.text())
            button.clicked.connect(action.trigger)
            self._host.grid.frames[0].placeholder.add_help(button)

    def open_manual(self) -> None:
        """Show the manual, in front. A sentence where it is not there."""
        from lungview.ui.help.manual import ManualDialog

        try:
            self.manual = self.manual or ManualDialog(self._host.widget)
        except ReadError as error:
            self._host.session.told.emit(str(error))
            return
        self.manual.show()
        self.manual.raise_()
        self.manual.activateWindow()
        self.manual.search.setFocus()

    def begin_tour(self) -> None:
        """From the first step; one that is under way begins anew."""
        from lungview.ui.help.tour import Tour

        if self.tour is not None:
            self.tour.end()
        self.tour = Tour(self._host)
        self.tour.ended.connect(self._on_ended)
        self._remember()

    def _on_ended(self) -> None:
        self.tour = None

    def offer_tour(self) -> MessageBar | None:
        """Offer the tour, once ever."""
        if self._host.session.settings.tour_offered:
            return None
        self._remember()
        return self._host.ask(
            self.tr("New here? A tour of three minutes on a synthetic thorax; Esc leaves it at any time."),
            [(self.tr("Begin the tour"), self.begin_tour), (self.tr("No, thank you"), lambda: None)],
        )

    def _remember(self) -> None:
        self._host.workspace.keep(tour_offered=True)
