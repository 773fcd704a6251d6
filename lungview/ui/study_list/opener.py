"""Opening studies of the list: one that was chosen, the next and the last to be read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.viewer.study_list.entry import Entry, EntryKey
    from lungview.viewer.study_list.keeper import StudyKeeper
    from lungview.viewer.study_list.work import Following

_T = QT_TRANSLATE_NOOP
GROUP = _T("Actions", "Studies at hand")
ROWS = (
    Row("studies.next", _T("Actions", "Next study"), ("Ctrl+Right",), FILE, "", GROUP),
    Row("studies.previous", _T("Actions", "Previous study"), ("Ctrl+Left",), FILE, "", GROUP),
    Row("studies.done", _T("Actions", "Study is read, next"), ("Ctrl+Shift+Right",), FILE, "", GROUP),
)


class StudyOpener(QObject):
    """Slots of the actions that go from study to study."""

    def __init__(self, host: Host, keeper: StudyKeeper) -> None:
        super().__init__(host.widget)
        self._session, self._keeper = host.session, keeper
        self._wanted: EntryKey | None = None
        self._said = ""
        host.actions_table.add_rows(*ROWS)
        host.actions_table.handle("studies.next", partial(self.go, 1))
        host.actions_table.handle("studies.previous", partial(self.go, -1))
        host.actions_table.handle("studies.done", partial(self.go, 1, done=True))
        self._session.opening.connect(self._on_opening)
        self._session.scan_ended.connect(lambda _: self._on_ended())

    def open(self, entry: Entry, *, add: bool | None = None) -> None:
        """Open a study; one of which all is gone says so, and what is open stays.

        add: as Session.open has it.
        """
        from lungview.viewer.study_list.entry import missing

        self._keeper.look(missing, entry, on_result=lambda gone: self._open(entry, gone, add))

    def go(self, step: int, *, done: bool = False) -> None:
        """Open the next (1) or the last (-1) study to be read in the place of what is open.

        done: the one on screen is read.
        """
        from lungview.viewer.study_list import work

        shown = self._keeper.shown()
        self._keeper.ask(work.next_to_read, shown, step, done, on_result=self._on_following)
        if done:
            self._keeper.reload()

    def _on_following(self, found: Following) -> None:
        if found.entry is None:
            said = self.tr("No other study of the list is to be read that way.")
        else:
            said = self.tr("Study %1 of %2.").replace("%1", str(found.number)).replace("%2", str(found.count))
        if found.gone:
            passed = self.tr("Studies passed over, their files are gone: %1.")
            said = f"{said} {passed.replace('%1', str(found.gone))}"
        self._session.told.emit(said)
        if found.entry is not None:
            self._begin(found.entry, found.entry.paths, add=False, said=said)

    def _open(self, entry: Entry, gone: tuple[str, ...], add: bool | None) -> None:
        left = tuple(path for path in entry.paths if path not in gone)
        if not left:
            said = self.tr("The files of this study are gone: expected at %1").replace("%1", entry.place)
            self._session.told.emit(said)
            return
        said = self.tr("Parts of this study are gone: expected at %1").replace("%1", gone[0]) if gone else ""
        self._begin(entry, left, add, said)

    def _begin(self, entry: Entry, paths: tuple[str, ...], add: bool | None, said: str = "") -> None:
        """said: in the status bar once it is open."""
        self._session.open(paths, add=add)
        self._wanted, self._said = entry.key, said

    def _on_opening(self, _: object) -> None:
        self._wanted, self._said = None, ""

    def _on_ended(self) -> None:
        if self._said:
            self._session.told.emit(self._said)
        self._show_wanted()

    def _show_wanted(self) -> None:
        """A zip may hold other studies, too: show the one that was asked for."""
        from lungview.viewer.study_list.noted import key_of

        wanted, self._wanted = self._wanted, None
        shown = self._keeper.shown()
        if wanted is None or shown == wanted:
            return
        mine = [each for each in self._session.series if each.instances and key_of(each) == wanted]
        if mine:
            self._session.show(next((each for each in mine if not each.localizer), mine[0]))
