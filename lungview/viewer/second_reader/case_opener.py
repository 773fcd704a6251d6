"""From a row of a table to the slice on screen, with the heat map of the model that judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.classify.case import Case
from lungview.image.slice import Slice
from lungview.study.key import frame_key
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.workspace import Workspace

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series


class CaseOpener:
    """Opens the file of a case and goes to its frame, or to its member of a zip.

    Nothing else changes until the frame is found: a file that cannot be opened any more leaves slice, model
    and answer on screen as they are.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self._wanted: Case | None = None
        self._asked: Case | None = None
        workspace.news.opening.connect(lambda _: self._forget())
        workspace.slice_shown.connect(self._on_slice)
        workspace.news.ended.connect(self._on_scanned)

    def open(self, case: Case) -> None:
        """Show the slice; the model that judged it is asked again, for its picture and heat map."""
        self._workspace.open([case.instance.path])
        self._wanted = case

    def _forget(self) -> None:
        """Something else is opened: it is not asked about."""
        self._wanted, self._asked = None, None

    def _on_scanned(self, scan: Scan) -> None:
        case, self._wanted = self._wanted, None
        found = _place_of(case, scan) if case is not None else None
        if case is None or found is None:
            return
        if case.prediction is not None:
            self._reader.choose(case.prediction.model.split("@")[0])
            self._asked = case
        self._workspace.show(*found)
        self._on_slice(self._workspace.active.state.slice)  # it may have been on screen already

    def _on_slice(self, slice_: Slice | None) -> None:
        asked, entry = self._asked, self._reader.entry
        if slice_ is None or asked is None or frame_key(slice_.instance) != frame_key(asked.instance):
            return
        self._asked = None
        if asked.prediction and entry and asked.prediction.sha256 == entry.card.sha256:
            self._reader.run()


def _place_of(case: Case, scan: Scan) -> tuple[Series, int] | None:
    """The series of a case's frame among those found, and its place in it."""
    wanted = frame_key(case.instance)
    for series in scan.series:
        for index, instance in enumerate(series.instances):
            if frame_key(instance) == wanted:
                return series, index
    return None
