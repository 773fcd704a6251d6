"""The window's list of studies: kept in the background, told of by one signal; notes what is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from lungview.errors import LungViewError
from lungview.ui.studies.tasks import Tasks

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.viewer.study_list.entry import EntryKey
    from lungview.viewer.study_list.store import StudyStore


class StudyKeeper(QObject):
    """One thread works on the list, so changes come one after the other.

    Nothing is noted while Settings.study_list is off, or in safe mode.
    """

    changed = Signal(object)  # Listed

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.tasks = Tasks(lambda: ThreadPoolExecutor(1, "lungview-studies"), self)
        self._asked_for: tuple[Path, ...] = session.asked_for or session.paths
        session.opening.connect(self._on_opening)
        session.scan_ended.connect(self._on_ended)
        if session.series and not session.scanning:  # of the command line: listed before this
            self._note(session.series, self._asked_for)

    def reload(self) -> None:
        """Read the list; `changed` follows."""
        from lungview.viewer.study_list import work

        self.tasks.run(work.listed, on_result=self.changed.emit, on_error=self.failed)

    def change(self, change: Callable[[StudyStore], None]) -> None:
        """Change the list; `changed` follows."""
        from lungview.viewer.study_list import work

        self.tasks.run(work.changed, change, on_result=self.changed.emit, on_error=self.failed)

    def rename_archive(self, before: str, after: str) -> None:
        """An archive has another name in the settings: the studies that came from it follow."""
        from lungview.viewer.study_list import store

        if store.default_path().exists():
            self.change(lambda listed: listed.rename_archive(before, after))

    def ask(self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None]) -> None:
        """Call a function of viewer.study_list.work in the list's thread."""
        self.tasks.run(function, *args, on_result=on_result, on_error=self.failed)

    def failed(self, error: BaseException) -> None:
        """Say in the status bar what went wrong."""
        kind = self.tr("the list of studies failed: %1").replace("%1", type(error).__name__)
        self._session.told.emit(error.message if isinstance(error, LungViewError) else kind)

    def shown(self) -> EntryKey | None:
        """The study that the active view shows; None for none."""
        series = self._session.stack.origin
        if series is None or not series.instances:
            return None
        from lungview.viewer.study_list.noted import key_of

        return key_of(series)

    def _on_opening(self, asked_for: tuple[Path, ...]) -> None:
        self._asked_for = asked_for

    def _on_ended(self, found: Scan) -> None:
        if found.series:
            self._note(found.series, self._asked_for)

    def _note(self, series: Sequence[Series], asked_for: tuple[Path, ...]) -> None:
        """What was opened, at once; its small pictures when there is time."""
        from lungview.viewer.archives.origins import Origins
        from lungview.viewer.study_list import work
        from lungview.viewer.study_list.noted import entries_of

        kept = self._session.settings.study_list and self._session.keeps_settings
        if not kept or not work.is_noted(asked_for):
            return
        origins = self._session.workspace.services.one(Origins, Origins)
        entries = entries_of(series, asked_for, origins.of_studies(series))
        self.change(lambda store: store.put(entries, opened=True))
        self._session.idle.run(
            work.pictures,
            tuple(series),
            on_result=lambda small: self.change(work.keep_pictures(small)),
            on_error=self.failed,
        )
