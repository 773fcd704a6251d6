"""Every model that can judge the slice in the active pane, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.classify.case import Case, Prediction
from lungview.classify.classify import classify
from lungview.classify.heat import heatmap
from lungview.classify.kept import record
from lungview.image.display import display
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.study.key import PictureId, picture_id
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.heat_map_look import Look
from lungview.viewer.second_reader.models import grouped
from lungview.viewer.workspace import Workspace

SIDE = 128  # px of a heat map


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What one model said of a picture. map: uint8 (rows, columns, 3), or None when there is none."""

    entry: Entry
    case: Case
    picture: PictureId
    map: np.ndarray | None


class Comparison:
    """What models said of the slice in the active pane, none of another slice, of another box, or hidden.

    changed: of `found`, or whether it runs.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self.changed = Event[()]()
        self.found: tuple[Compared, ...] = ()
        self._call: Call | None = None
        workspace.slice_shown.connect(lambda _: self.clear())
        workspace.active_changed.connect(lambda _: self.clear())
        self._reader.box_changed.connect(self.clear)
        self._reader.answer_changed.connect(self._on_answer)

    @property
    def running(self) -> bool:
        return self._call is not None

    @property
    def able(self) -> list[Entry]:
        """The models that can judge what is on screen, those of one task together."""
        shown = self._reader.slice
        if shown is None:
            return []
        entries = [entry for _, group in grouped(self._reader.entries) for entry in group]
        of_nodules = [e for e in entries if e.card.preparation == "box"]
        of_slices = [e for e in entries if e.card.preparation != "box"]
        # Whoever drew a box, or opened a nodule cut out beforehand, asks about the nodule first.
        asked = self._reader.box(shown) is not None or self._reader.is_crop(shown)
        return [*of_nodules, *of_slices] if asked else of_slices

    def run(self) -> None:
        """Classify the slice on screen with every model that can."""
        self.clear()
        shown = self._reader.slice
        if shown is None or self._reader.hidden():
            return
        self._call = self._workspace.inference.stream(
            compare,
            shown,
            self.able,
            self._reader.box(shown),
            self._workspace.active.state.window,
            self._reader.look,
            on_event=self._add,
            on_result=lambda _: self._end(),
            on_error=self._on_error,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Stop after the model that runs; what it says does not come."""
        if self._call is not None:
            self._call.cancel()
        self._end()

    def clear(self) -> None:
        """What was found was not about what is on screen now."""
        self.found = ()
        self.cancel()

    def _on_answer(self) -> None:
        if self._reader.hidden() and (self.found or self.running):
            self.clear()

    def _add(self, found: Compared) -> None:
        self.found = (*self.found, found)
        self._reader.add(found.case, found.picture, found.entry)  # there at once when this model is chosen
        self.changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self._workspace.news.told.emit(f"The comparison stopped: {type(error).__name__}")
        self._end()

    def _end(self) -> None:
        self._call = None
        self.changed.emit()


def compare(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    shown: Slice,
    entries: Sequence[Entry],
    box: Box | None,
    window: Window,
    look: Look,
) -> None:
    """Ask one model after the other, in a worker thread; emits Compared."""
    for entry in entries:
        if cancelled():
            return
        used = box if entry.card.preparation == "box" else None
        case = record.answered(shown, classify(shown, entry, box=box), used)
        picture = _picture(shown, case.judged, window, look) if case.judged is not None else None
        emit(Compared(entry, case, picture_id(shown), picture))


def _picture(shown: Slice, found: Prediction, window: Window, look: Look) -> np.ndarray:
    values = heatmap.upsample(found, found.keys.index(found.label), shown.rows, shown.columns)
    layer = heatmap.rgba(values, opacity=look.opacity, threshold=look.threshold, colours=look.colours)
    picture = heatmap.overlay(display(shown, window), layer)
    factor = SIDE / max(shown.rows, shown.columns)
    size = (max(1, round(shown.columns * factor)), max(1, round(shown.rows * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def of(workspace: Workspace) -> Comparison:
    """The workspace's comparison; made when first asked for."""
    return workspace.services.one(Comparison, lambda: Comparison(workspace))
