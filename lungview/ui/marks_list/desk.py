"""Keeps the list of marks current: which there are, what they measure, which one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lungview.image.slice import Instance, Slice
from lungview.marks.annotation import Annotation
from lungview.study.key import PictureId
from lungview.ui.annotate.statistics import translated
from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.studies.tasks import Task
from lungview.viewer.marks.annotations import Annotations
from lungview.viewer.marks_list.listed import Listed, listed
from lungview.viewer.marks_list.numbers import ContourStack, Numbers, contour_stacks, numbers, numbers_on

if TYPE_CHECKING:
    from lungview.ui.studies.session import Session

_PAUSE_MS = 60  # a drag changes a mark at every step
_MOST_KEPT = 2000  # numbers of marks as they were


class Desk(QObject):
    """The marks of the study in the active view.

    measured: numbers by id, of the marks whose slices were read so far. changed follows every change of
    marks, numbers or what is hidden; chosen_changed the choice of another one, here or on the picture.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, session: Session, annotations: Annotations) -> None:
        super().__init__(session)
        self._session, self.annotations = session, annotations
        self.marks: tuple[Listed, ...] = ()
        self.measured: dict[str, Numbers] = {}
        self.stacks: tuple[ContourStack, ...] = ()
        self.chosen = ""
        self._kept: dict[tuple[PictureId, Annotation], Numbers] = {}
        self._wanted = ""
        self._task: Task | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._refresh)
        self._connect()

    def _connect(self) -> None:
        session, soon = self._session, self._soon
        for signal in (session.series_shown, session.active_changed, session.series_found, session.closed):
            signal.connect(lambda _: soon())
        session.relisted.connect(soon)
        session.slice_shown.connect(self._on_slice)
        self.annotations.changed.connect(lambda _: soon())
        self.annotations.recognised.connect(soon)
        self.annotations.chosen.connect(self._on_chosen)

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def find(self, annotation_id: str) -> Listed | None:
        """A mark of the list."""
        return next((each for each in self.marks if each.drawn.id == annotation_id), None)

    def go(self, annotation_id: str) -> None:
        """Show the slice of a mark in the active view, and select the mark there."""
        found = self.find(annotation_id)
        if found is None or (annotation_id == self.chosen and self.picture is not None):
            return
        self._on_chosen(annotation_id)
        if found.place is None:
            return
        self._wanted = annotation_id
        stack = self._session.stack
        if stack.series is None or stack.series.key != found.place.series.key:
            self._session.show(found.place.series, found.place.index)
        else:
            stack.go(found.place.index)
        self._select_wanted()

    def rename(self, annotation_id: str, text: str) -> None:
        found = self.find(annotation_id)
        if found is not None and text.strip() != found.drawn.text:
            self.annotations.replace(found.picture, found.drawn.written(text.strip()), self.tr("Text"))

    def remove(self, annotation_id: str) -> None:
        found = self.find(annotation_id)
        if found is not None:
            self.annotations.remove(found.picture, (found.drawn,), self.tr("Delete"))

    def hide(self, annotation_id: str, hide: bool) -> None:
        found = self.find(annotation_id)
        if found is not None:
            said = self.tr("Hide") if hide else self.tr("Show")
            self.annotations.hide(found.picture, frozenset({annotation_id}), hide, said)

    @property
    def picture(self) -> tuple[Slice, Annotation] | None:
        """The chosen mark and its slice, where that is on screen."""
        shown = self._session.viewport.state.slice
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
            QTimer.singleShot(
                0, self._select_wanted
            )  # whoever clears the selection for a new slice was first
        else:
            self.chosen_changed.emit()

    def _select_wanted(self) -> None:
        found, viewport = self.find(self._wanted), self._session.viewport
        shown = viewport.state.slice
        if found is None or shown is None or self.annotations.bearing(shown) != found.picture:
            return
        self._wanted = ""
        for tool in viewport.mouse.grabbers:
            if isinstance(tool, SelectTool):
                tool.select(found.drawn.id)
        self.chosen_changed.emit()

    def _refresh(self) -> None:
        series = self._session.stack.origin
        if series is None:
            self.marks = ()
        else:
            of_study = self.annotations.of_study(series.study.study_instance_uid)
            self.marks = listed(series, of_study, self._session.series, self.annotations.seen)
        self._measure()
        self._tell()

    def _measure(self) -> None:
        """What is on screen at once, all else behind, one slice after the other."""
        if self._task is not None:
            self._task.cancel()
        shown = self._session.viewport.state.slice
        todo = [each for each in self.marks if each.place is not None and _key(each) not in self._kept]
        for each in todo:
            if shown is not None and each.place is not None and each.place.instance == shown.instance:
                self._keep(each, numbers_on(each, shown, translated))
        rest = [each for each in todo if _key(each) not in self._kept]
        if rest:
            self._task = self._session.idle.stream(
                _read, rest, self._session.cache.get, on_event=self._on_measured,
                on_result=lambda _: None, on_error=lambda _: None,
            )  # fmt: skip

    def _keep(self, each: Listed, found: Numbers) -> None:
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        self._kept[_key(each)] = found

    def _on_measured(self, event: tuple[Listed, Numbers]) -> None:
        self._keep(*event)
        self._tell()

    def _tell(self) -> None:
        known = ((each, self._kept.get(_key(each))) for each in self.marks)
        self.measured = {each.drawn.id: found for each, found in known if found is not None}
        self.stacks = contour_stacks(self.marks, self.measured, self.annotations.hidden)
        self.changed.emit()


def of(session: Session) -> Desk:
    """The session's desk; `feature.install` made it."""
    found = session.workspace.services.find(Desk)
    assert found is not None, "features are installed before panels are filled"
    return found


def _key(each: Listed) -> tuple[PictureId, Annotation]:
    return each.picture, each.drawn


def _read(
    emit: Callable[[tuple[Listed, Numbers]], None],
    cancelled: Callable[[], bool],
    marks: Iterable[Listed],
    read: Callable[[Instance], Slice],
) -> None:
    for each in marks:
        if cancelled():
            return
        emit((each, numbers(each, read, translated)))
