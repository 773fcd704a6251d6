"""Series of one slice each made one stack by the reader, and parted again; both can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.browser.series import SeriesPanel
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, SLICES, Row
from lungview.viewer.history import Change

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("series.join", _T("Actions", "Join as one stack"), (), SLICES),
    Row("series.part", _T("Actions", "Part the stack again"), (), SLICES),
)
_Group = tuple["Series", ...]


class Joining(QObject):
    """Joins what lies in one stack with the series in the active view, or parts it: an action each."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        actions, session = host.actions_table, host.session
        actions.add_rows(*ROWS)
        self._join = actions.handle("series.join", self.join)
        self._part = actions.handle("series.part", self.part)
        for signal in (session.series_shown, session.active_changed, session.scan_ended):
            signal.connect(lambda _: self._reflect())
        for bare in (session.scan_stopped, session.relisted):
            bare.connect(self._reflect)
        session.replaced.connect(self._forget)
        session.closed.connect(lambda _: self._forget())
        host.with_panel(SeriesPanel, self._offer)
        self._reflect()

    def join(self) -> None:
        """Make one series of those that lie in one stack with the one on screen."""
        from lungview.study.sorting.joining import joined
        from lungview.study.sorting.series_geometry import First

        if group := self._group():
            first = First(self._session.settings.slice_order)
            self._do(self._join.text(), group, (joined(group, first),))

    def part(self) -> None:
        """Make of the joined series on screen what it was joined from."""
        shown = self._session.stack.series
        if shown is not None and shown.parts:
            self._do(self._part.text(), (shown,), shown.parts)

    def _do(self, text: str, old: _Group, new: _Group) -> None:
        swap = self._swap
        self._session.workspace.history.do(
            Change(text, lambda: swap(new, old), lambda: swap(old, new), subject=self)
        )

    def _forget(self) -> None:
        """Other files are listed now: there is nothing to go back to."""
        self._session.workspace.history.forget(self)

    def _group(self) -> _Group:
        """The series that lie in one stack with the one on screen; none while files are being listed."""
        from lungview.study.sorting.joining import joinable

        shown = self._session.stack.series
        if shown is None or len(shown.instances) != 1 or self._session.scanning:
            return ()
        groups = joinable(self._session.series)
        return next((group for group in groups if any(each.key == shown.key for each in group)), ())

    def _swap(self, old: _Group, new: _Group) -> None:
        """List other series in the place of some; every view keeps its slice."""
        session, gone = self._session, {each.key for each in old}
        at = next((n for n, each in enumerate(session.series) if each.key in gone), 0)
        rest = [each for each in session.series if each.key not in gone]
        session.series = [*rest[:at], *new, *rest[at:]]
        session.relisted.emit()
        for viewport in session.viewports:
            shown = session.stack_of(viewport).series
            if shown is not None and shown.key in gone:
                self._show_slice_in(new, viewport)

    def _show_slice_in(self, new: _Group, viewport: Viewport) -> None:
        stack = self._session.stack_of(viewport)
        wanted = stack.instances[stack.index]
        series = next(each for each in new if wanted in each.instances)
        self._session.show(series, series.instances.index(wanted), viewport)

    def _reflect(self) -> None:
        shown = self._session.stack.series
        self._join.setEnabled(bool(self._group()))
        self._part.setEnabled(shown is not None and bool(shown.parts) and not self._session.scanning)

    def _offer(self, panel: SeriesPanel) -> None:
        panel.offer(self._join)
        panel.offer(self._part)
