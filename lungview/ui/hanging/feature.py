"""Hanging rules in a window: what it brings. After the layouts, whose actions it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.errors import SettingsError
from lungview.ui.hanging.hanging import Hanging
from lungview.ui.shell.actions import LAYOUT, QT_TRANSLATE_NOOP, VIEW, Row

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row(
        "view.keep_layout", _T("Actions", "Hang such studies like this"), ("Ctrl+Shift+H",), VIEW, "", LAYOUT
    ),
    Row("view.hanging", _T("Actions", "Hanging rules…"), (), VIEW, "", LAYOUT),
)


def install(host: Host) -> None:
    HangingActions(host)


class HangingActions(QObject):
    """Slots of the actions: keep how this study hangs, and the dialog of all rules."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self.hanging = host, Hanging(host)
        host.workspace.services.put(self.hanging)
        host.actions_table.add_rows(*ROWS)
        keep = host.actions_table.handle("view.keep_layout", self.keep)
        host.actions_table.handle("view.hanging", self.open)
        keep.setEnabled(False)
        session = host.session
        for signal in (session.series_shown, session.active_changed):
            signal.connect(lambda _: keep.setEnabled(session.stack.origin is not None))
        session.relisted.connect(lambda: keep.setEnabled(session.stack.origin is not None))

    def keep(self) -> None:
        """Have studies like the one on screen hung as it is."""
        try:
            rule = self.hanging.keep_this()
        except (SettingsError, ValueError) as error:
            self._host.session.told.emit(str(error))
            return
        if rule is not None:
            said = self.tr("From now on so: %1. View › Views › Hanging rules… changes it.")
            self._host.session.told.emit(said.replace("%1", rule.name))

    def open(self) -> None:
        """Show all rules."""
        from lungview.ui.hanging.dialog import HangingDialog

        self.hanging.load()
        found = self.hanging
        HangingDialog(found.rules, found.save, found.layouts(), found.problem, self._host.widget).open()
