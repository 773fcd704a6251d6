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
    from lungview.viewer.study_list.entry import EntryKey
    from lungview.viewer.study_list.store import StudyStore
    from lungview.viewer.study_list.work import Listed
    from lungview.viewer.workspace import Workspace


class StudyKeeper:
    """changed: the list as it is now.

    background: where one thread works on the list, so that changes come one after the other. Nothing is noted
    while Settings.study_list is off, or in safe mode.
    """

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self.changed: Event[Listed] = Event()
        self._workspace, self._background = workspace, background
        listing, listed = workspace.listing, workspace.studies
        self._asked_for: tuple[Path, ...] = listing.asked_for or listed.paths
        workspace.news.opening.connect(self._on_opening)
        workspace.news.ended.connect(self._on_ended)
        if listed.series and not listing.running:  # of the command line: listed before this
            self._note(listed.series, self._asked_for)

    def reload(self) -> None:
        """Read the list; `changed` follows."""
        from lungview.viewer.study_list import work

        self._background.run(work.listed, on_result=self.changed.emit, on_error=self.failed)

    def change(self, change: Callable[[StudyStore], None]) -> None:
        """Change the list; `changed` follows."""
        from lungview.viewer.study_list import work

        self._background.run(work.changed, change, on_result=self.changed.emit, on_error=self.failed)

    def rename_archive(self, before: str, after: str) -> None:
        """An archive has another name in the settings: the studies that came from it follow."""
        from lungview.viewer.study_list import store

        if store.default_path().exists():
            self.change(lambda listed: listed.rename_archive(before, after))

    def ask(self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None]) -> None:
        """Call a function of viewer.study_list.work in the list's thread."""
        self._background.run(function, *args, on_result=on_result, on_error=self.failed)

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
        from lungview.viewer.archives.origins import Origins
        from lungview.viewer.study_list import work
        from lungview.viewer.study_list.noted import entries_of

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
