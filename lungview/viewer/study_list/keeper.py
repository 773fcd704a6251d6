"""The list of studies: kept in the background, told of by one event; notes what is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.errors import LungViewError
from lungview.viewer.event import Event

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series
    from lungview.viewer.common.background import Background
    from lungview.viewer.study_list.entry import Entry, EntryKey
    from lungview.viewer.study_list.store import StudyStore
    from lungview.viewer.workspace import Workspace


class StudyKeeper:
    """Whoever needs the list asks here, so that one file is opened in one place.

    changed: the list as it is now. begun_anew: the file was no list, and is kept beside it; the sentence on
    it, which is told, too. background: where one thread works on the list, so that changes come one after the
    other. Nothing is noted while Settings.study_list is off, or in safe mode.
    """

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self.changed: Event[tuple[Entry, ...]] = Event()
        self.begun_anew = Event[str]()
        self._workspace, self._background = workspace, background
        listing, listed = workspace.listing, workspace.studies
        self._asked_for: tuple[Path, ...] = listing.asked_for or listed.paths
        workspace.news.opening.connect(self._on_opening)
        workspace.news.ended.connect(self._on_ended)
        if listed.series and not listing.running:  # of the command line: listed before this
            self._note(listed.series, self._asked_for)

    def reload(self) -> None:
        """Read the list; `changed` follows."""
        from lungview.viewer.study_list.store import StudyStore

        self.ask(StudyStore.all, on_result=self.changed.emit)

    def change(self, change: Callable[[StudyStore], None]) -> None:
        """Change the list; `changed` follows."""
        from lungview.viewer.study_list import work

        self.ask(work.changed, change, on_result=self.changed.emit)

    def rename_archive(self, before: str, after: str) -> None:
        """An archive has another name in the settings: the studies that came from it follow."""
        from lungview.viewer.study_list import store

        if store.default_path().exists():
            self.change(lambda listed: listed.rename_archive(before, after))

    def archive_of(self, key: EntryKey, on_result: Callable[[str], None]) -> None:
        """Tell which archive a study came from, "" where nobody knows; for that no list is made."""
        from lungview.viewer.study_list import store, work

        def on_error(error: BaseException) -> None:
            self.failed(error)
            on_result("")

        if store.default_path().exists():
            self.ask(work.archive_of, key, on_result=on_result, on_error=on_error)
        else:
            on_result("")

    def ask(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_result: Callable[[Any], None],
        on_error: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Call function(list, *args) in the list's thread."""
        from lungview.viewer.study_list import work

        self._background.stream(
            work.with_list,
            function,
            *args,
            on_event=self._on_set_aside,
            on_result=on_result,
            on_error=on_error or self.failed,
        )

    def look(self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None]) -> None:
        """Call function(*args) in the list's thread, without the list."""
        self._background.run(function, *args, on_result=on_result, on_error=self.failed)

    def _on_set_aside(self, name: str) -> None:
        said = f"The list could not be read and was begun anew; the old file is kept as {name}."
        self._workspace.news.told.emit(said)
        self.begun_anew.emit(said)

    def failed(self, error: BaseException) -> None:
        """Say in the status bar what went wrong."""
        kind = f"the list of studies failed: {type(error).__name__}"
        self._workspace.news.told.emit(error.message if isinstance(error, LungViewError) else kind)

    def shown(self) -> EntryKey | None:
        """The study that the active pane shows; None for none."""
        series = self._workspace.stack.origin
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
        from lungview.viewer.study_list import work
        from lungview.viewer.study_list.noted import entries_of
        from lungview.viewer.study_list.origins import Origins

        kept = self._workspace.settings.study_list and self._workspace.keeps_settings
        if not kept or not work.is_noted(asked_for):
            return
        origins = self._workspace.services.one(Origins, Origins)
        entries = entries_of(series, asked_for, origins.of_studies(series))
        self.change(lambda store: store.put(entries, opened=True))
        self._workspace.idle.run(
            work.pictures,
            tuple(series),
            on_result=lambda small: self.change(work.keep_pictures(small)),
            on_error=self.failed,
        )
