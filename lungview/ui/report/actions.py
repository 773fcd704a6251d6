"""The window's report of what is on screen: its action. All else is loaded when a report is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import FILE, Row

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.ui.report.desk import ReportDesk
    from lungview.ui.shell.host import Host
    from lungview.viewer.state import ViewState

ROW = Row("file.report", "Report…", ("Ctrl+R",), FILE, "report")


class ReportActions(QObject):
    """Slots of the report action."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, session = host, host.session
        self._desk: ReportDesk | None = None
        host.actions_table.add_rows(ROW)
        self._report = host.actions_table.handle("file.report", self._on_report)
        session.view_changed.connect(lambda _before, after: self._reflect(after))
        session.slice_shown.connect(self._on_slice)
        session.active_changed.connect(lambda viewport: self._reflect(viewport.state))
        self._reflect(session.viewport.state)

    def _reflect(self, state: ViewState) -> None:
        self._report.setEnabled(state.slice is not None and not state.slice.reformatted)

    def _on_report(self) -> None:
        from lungview.ui.report.desk import ReportDesk

        if self._desk is None:
            self._desk = ReportDesk(self._host)
        self._desk.open()

    def _on_slice(self, slice_: Slice | None) -> None:
        if self._desk is not None:
            self._desk.on_slice(slice_)
