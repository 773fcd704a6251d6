"""Keeps the list of marks current: which there are, what they measure, which one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lungview.errors import LungViewError
from lungview.image.slice import Instance, Slice
from lungview.marks.annotation import Annotation
from lungview.marks.measure_text import Translate
from lungview.study.key import FrameKey, PictureId, frame_key, picture_id
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.marks.annotations import Annotations
from lungview.viewer.marks_list.listed import Listed, listed
from lungview.viewer.marks_list.numbers import ContourStack, Numbers, contour_stacks, numbers, numbers_on
from lungview.viewer.workspace import Workspace

_PAUSE_MS = 60  # a drag changes a mark at every step
_MOST_KEPT = 2000  # numbers of marks as they were


class Desk:
    """The marks of the study in the active pane.

    tr: words of measures in the reader's language, from any thread. measured: numbers by id, of the marks
    whose slices were read so far. changed follows every change of marks, numbers or what is hidden;
    chosen_changed the choice of another one, here or on the picture. selecting: the mark of that id, on
    screen now, is to be taken hold of in the active pane.
    """

    def __init__(self, workspace: Workspace, annotations: Annotations, tr: Translate = str) -> None:
        self._workspace, self.annotations, self._translate = workspace, annotations, tr
        self.changed, self.chosen_changed, self.selecting = Event[()](), Event[()](), Event[str]()
        self.marks: tuple[Listed, ...] = ()
        self.measured: dict[str, Numbers] = {}
        self.stacks: tuple[ContourStack, ...] = ()
        self.chosen = ""
        self._kept: dict[tuple[PictureId, Annotation], Numbers] = {}
        self._wanted = ""
        self._task: Call | None = None
        self._pause = workspace.background.timer(_PAUSE_MS, self._refresh)
        self._paused = False
        # Once all have heard of a new slice: who clears the selection for it, too.
        self._after_all = workspace.background.timer(0, self._select_wanted)
        self._connect()

    def _connect(self) -> None:
        workspace, news, soon = self._workspace, self._workspace.news, self._soon
        workspace.series_shown.connect(lambda _: soon())
        workspace.active_changed.connect(lambda _: soon())
        workspace.slice_shown.connect(self._on_slice)
        news.found.connect(lambda _: soon())
        news.closed.connect(lambda _: soon())
        news.relisted.connect(soon)
        self.annotations.changed.connect(lambda _: soon())
        self.annotations.recognised.connect(soon)
        self.annotations.chosen.connect(self._on_chosen)

    def _soon(self) -> None:
        if not self._paused:
            self._paused = True
            self._pause.start()

    def find(self, annotation_id: str) -> Listed | None:
        """A mark of the list."""
        return next((each for each in self.marks if each.drawn.id == annotation_id), None)

    def go(self, annotation_id: str) -> None:
        """Show the slice of a mark in the active pane, and select the mark there."""
        found = self.find(annotation_id)
        if found is None or (annotation_id == self.chosen and self.picture is not None):
            return
        self._on_chosen(annotation_id)
        if found.place is None:
            return
        self._wanted = annotation_id
        stack = self._workspace.stack
        if stack.series is None or stack.series.key != found.place.series.key:
            self._workspace.show(found.place.series, found.place.index)
        else:
            stack.go(found.place.index)
        self._select_wanted()

    def rename(self, annotation_id: str, text: str) -> None:
        found = self.find(annotation_id)
        if found is not None and text.strip() != found.drawn.text:
            self.annotations.replace(found.picture, found.drawn.written(text.strip()), "Text")

    def remove(self, annotation_id: str) -> None:
        found = self.find(annotation_id)
        if found is not None:
            self.annotations.remove(found.picture, (found.drawn,), "Delete")

    def hide(self, annotation_id: str, hide: bool) -> None:
        found = self.find(annotation_id)
        if found is not None:
            said = "Hide mark" if hide else "Show mark"
            self.annotations.hide(found.picture, frozenset({annotation_id}), hide, said)

    @property
    def picture(self) -> tuple[Slice, Annotation] | None:
        """The chosen mark and its slice, where that is on screen."""
        shown = self._workspace.active.state.slice
        if shown is None or not self.chosen:
            return None
        drawn = next((each for each in self.annotations.on(shown) if each.id == self.chosen), None)
        return None if drawn is None else (shown, drawn)

    def _on_chosen(self, annotation_id: str) -> None:
        if annotation_id != self.chosen:
            self.chosen = annotation_id
            self.chosen_changed.emit()

    def _on_slice(self, _: Slice | None) -> None:
        if self._wanted:
            self._after_all.start()
        else:
            self.chosen_changed.emit()

    def _select_wanted(self) -> None:
        found, shown = self.find(self._wanted), self._workspace.active.state.slice
        if found is None or shown is None or self.annotations.bearing(shown) != found.picture:
            return
        self._wanted = ""
        self.selecting.emit(found.drawn.id)
        self.chosen_changed.emit()

    def _refresh(self) -> None:
        self._paused = False
        series = self._workspace.stack.origin
        if series is None:
            self.marks = ()
        else:
            of_study = self.annotations.of_study(series.study.study_instance_uid)
            self.marks = listed(series, of_study, self._workspace.studies.series, self.annotations.seen)
        self._measure()
        self._tell()

    def _measure(self) -> None:
        """What is on screen at once, all else behind, one slice after the other."""
        if self._task is not None:
            self._task.cancel()
        shown = self._workspace.active.state.slice
        todo = [e for e in self.marks if (e.place is not None or e.maybe) and _key(e) not in self._kept]
        for each in todo:
            if shown is not None and each.place is not None and each.place.instance == shown.instance:
                self._keep(each, numbers_on(each, shown, self._translate))
        rest = [each for each in todo if _key(each) not in self._kept]
        if rest:
            self._task = self._workspace.idle.stream(
                _read, rest, self._workspace.cache.get, self._translate, on_event=self._on_measured,
                on_result=lambda _: None, on_error=lambda _: None,
            )  # fmt: skip

    def _keep(self, each: Listed, found: Numbers) -> None:
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        self._kept[_key(each)] = found

    def _on_measured(self, event: tuple[Listed, Numbers] | tuple[FrameKey, PictureId]) -> None:
        first, second = event
        if isinstance(first, Listed) and isinstance(second, Numbers):
            self._keep(first, second)
            self._tell()
        elif isinstance(first, FrameKey) and isinstance(second, PictureId):
            self.annotations.met(first, second)

    def _tell(self) -> None:
        known = ((each, self._kept.get(_key(each))) for each in self.marks)
        self.measured = {each.drawn.id: found for each, found in known if found is not None}
        self.stacks = contour_stacks(self.marks, self.measured, self.annotations.hidden)
        self.changed.emit()


def of(workspace: Workspace) -> Desk:
    """The workspace's desk, which whoever knows the reader's language has offered."""
    found = workspace.services.find(Desk)
    assert found is not None
    return found


def _key(each: Listed) -> tuple[PictureId, Annotation]:
    return each.picture, each.drawn


def _read(
    emit: Callable[[tuple[Listed, Numbers] | tuple[FrameKey, PictureId]], None],
    cancelled: Callable[[], bool],
    marks: Iterable[Listed],
    read: Callable[[Instance], Slice],
    tr: Translate,
) -> None:
    for each in marks:
        if cancelled():
            return
        found = each if each.place else _sought(each, read, lambda key, picture: emit((key, picture)))
        if found.place is not None:
            emit((found, numbers(found, read, tr)))


def _sought(
    each: Listed, read: Callable[[Instance], Slice], tell: Callable[[FrameKey, PictureId], None]
) -> Listed:
    """With its place, by the pixels of the slices that bear its name; they are told of as they are read."""
    for place in each.maybe:
        try:
            picture = picture_id(read(place.instance))
        except LungViewError:
            continue
        tell(frame_key(place.instance), picture)
        if picture == each.picture:
            return replace(each, place=place, maybe=())
    return each
