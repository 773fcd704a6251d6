"""Closing studies, and opening in the place of what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lungview.study.series import Series
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("file.close_study", _T("Actions", "Close this study"), ("Ctrl+W",), FILE),
    Row("file.close_all", _T("Actions", "Close all studies"), ("Ctrl+Shift+W",), FILE),
)


class CloseActions(QObject):
    """Slots of the actions that close; they are on while there is something to close."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._session, actions = host.session, host.actions_table
        actions.add_rows(*ROWS)
        self._study = actions.handle("file.close_study", self._close_study)
        self._all = actions.handle("file.close_all", lambda: self._close(self._session.series))
        for signal in (self._session.series_found, self._session.active_changed, self._session.series_shown):
            signal.connect(lambda _: self._reflect())
        for bare in (self._session.relisted, self._session.replaced):
            bare.connect(self._reflect)
        self._reflect()

    def _close_study(self) -> None:
        """Close the study that the active view shows, or that its planes are cut from."""
        from lungview.viewer.studies.listed import study_of

        shown = self._session.stack.origin
        if shown is not None:
            gone = [each for each in self._session.series if study_of(each) == study_of(shown)]
            self._close(gone or [shown])

    def _close(self, gone: Sequence[Series]) -> None:
        """Close them; with the last goes what the status bar said of reading them."""
        self._session.close_series(gone)
        if not self._session.series:
            self._session.told.emit("")

    def _reflect(self) -> None:
        self._study.setEnabled(self._session.stack.origin is not None)
        self._all.setEnabled(bool(self._session.series))
