"""Studies at hand in a window: what it brings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row
from lungview.ui.studies.tasks import Tasks
from lungview.ui.study_list.opener import GROUP, StudyOpener
from lungview.viewer.study_list.keeper import StudyKeeper

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.ui.study_list.dialog import StudyListDialog

_T = QT_TRANSLATE_NOOP
ROW = Row("studies.list", _T("Actions", "Studies at hand…"), ("Ctrl+H",), FILE, "", GROUP)


def install(host: Host) -> None:
    StudyListActions(host)


class StudyListActions(QObject):
    """Makes the dialog when it is first asked for; ends the work of the list with the window."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self.dialog: StudyListDialog | None = None
        self.tasks = Tasks(lambda: ThreadPoolExecutor(1, "lungview-studies"), self)
        self.keeper = StudyKeeper(host.workspace, self.tasks)
        host.workspace.services.put(self.keeper)
        host.actions_table.add_rows(ROW)
        action = host.actions_table.handle(ROW.id, self.open)
        self.opener = StudyOpener(host, self.keeper)
        host.when_closing(self._on_closing)
        button = QPushButton(action.text())
        button.clicked.connect(action.trigger)
        host.grid.frames[0].placeholder.add_button(button)

    def open(self) -> None:
        """Show the list as it is now."""
        from lungview.ui.study_list.dialog import StudyListDialog

        if self.dialog is None:
            self.dialog = StudyListDialog(self._host.session, self.keeper, self.opener, self._host.widget)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.keeper.reload()

    def _on_closing(self) -> None:
        self.tasks.close(0.3)
        if self.dialog is not None:
            self.dialog.end()
