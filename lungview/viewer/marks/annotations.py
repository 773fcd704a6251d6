"""The annotations and key images on screen: one model over the store, every change undoable."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from lungview.errors import AnnotationError
from lungview.image.slice import Slice
from lungview.marks import in_series
from lungview.marks.annotation import Annotation
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.marks.study_marks import Drawings, OldPicture, StudyMarks, old_name
from lungview.study.key import FrameKey, PictureId, frame_key, name_in, picture_id, picture_name
from lungview.viewer.event import Event
from lungview.viewer.history import Change, History

T = TypeVar("T")


class Annotations:
    """What was drawn on every picture.

    changed carries the PictureId it is about. A store that fails (`failed` carries the sentence) leaves the
    annotations in memory: the reader goes on, and has been told that they will not be kept. unplaced carries
    how many marks of an earlier version are kept but on no picture, as nobody can say on which. recognised:
    of one more slice it is known which picture it is. chosen carries the id of the annotation that was drawn
    or selected last, "" for none; hidden: the ids of those that are off the screen till the program ends.
    """

    def __init__(self, store: AnnotationStore | None, history: History) -> None:
        self.changed, self.failed = Event[PictureId](), Event[str]()
        self.unplaced, self.recognised, self.chosen = Event[int](), Event[()](), Event[str]()
        self._store = store
        self._history = history
        self._studies: dict[str, StudyMarks] = {}
        self._met: set[PictureId] = set()
        self._seen: dict[FrameKey, PictureId] = {}
        self._told: dict[str, int] = {}
        self.hidden: frozenset[str] = frozenset()
        self.contour_name = ""

    @property
    def seen(self) -> Mapping[FrameKey, PictureId]:
        """Which pictures the slices are that were looked at."""
        return self._seen

    def keep_in(self, store: AnnotationStore) -> None:
        """Keep what is drawn from now on in a store, and show what it holds already."""
        self._store = store
        self._studies.clear()

    def of_study(self, study: str) -> StudyMarks:
        """The marks of a study."""
        if study not in self._studies:
            self._studies[study] = self._stored(lambda store: store.study(study), StudyMarks())
            self._tell_unplaced(study)
        return self._studies[study]

    def bearing(self, slice_: Slice) -> PictureId | None:
        """The picture a slice shows where it bears a mark, else None; takes no time where it cannot."""
        marks = self.of_study(slice_.study.study_instance_uid)
        if not marks.may_be(picture_name(slice_)):
            return None
        picture = self.picture(slice_)
        return picture if self.of_study(picture.name.study).bears(picture) else None

    def picture(self, slice_: Slice) -> PictureId:
        """The picture a slice shows, to draw on it; its pixels are looked at, which takes a millisecond."""
        picture, place = picture_id(slice_), frame_key(slice_.instance)
        if self._seen.get(place) != picture:
            self._seen[place] = picture
            self.recognised.emit()
        if picture not in self._met and self.of_study(picture.name.study).has_old(picture):
            self._met.add(picture)
            if not self._stored(lambda store: store.meet(picture), True):
                self._drop_old(picture.name.study, [old_name(picture)])
        return picture

    def met(self, place: FrameKey, picture: PictureId) -> None:
        """A slice was read behind and is that picture."""
        if self._seen.get(place) != picture:
            self._seen[place] = picture
            self.recognised.emit()

    def _drop_old(self, study: str, doubtful: list[OldPicture]) -> None:
        self._studies[study] = self.of_study(study).without_old(doubtful)
        self._tell_unplaced(study)

    def _tell_unplaced(self, study: str) -> None:
        count = self._stored(lambda store: store.unplaced(study), 0)
        if count > self._told.get(study, 0):
            self.unplaced.emit(count)
        self._told[study] = count

    def on(self, slice_: Slice) -> Drawings:
        """What is drawn on a slice, oldest first."""
        picture = self.bearing(slice_)
        return () if picture is None else self.drawn(picture)

    def visible(self, slice_: Slice) -> Drawings:
        """What is drawn on a slice and not hidden, oldest first."""
        return tuple(each for each in self.on(slice_) if each.id not in self.hidden)

    def hide(self, picture: PictureId, ids: frozenset[str], hide: bool, text: str) -> None:
        """Take annotations off the screen, or show them again; reports keep them."""
        before = self.hidden
        after = before | ids if hide else before - ids
        if after != before:
            change = Change(text, lambda: self._hide(picture, before), lambda: self._hide(picture, after))
            self._history.do(change)

    def _hide(self, picture: PictureId, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self.changed.emit(picture)

    def choose(self, annotation: Annotation | None) -> None:
        """Tell which annotation is looked at; of a contour, the next ones get its name."""
        if annotation is not None and annotation.kind is Kind.CONTOUR:
            self.contour_name = annotation.text
        self.chosen.emit("" if annotation is None else annotation.id)

    def drawn(self, picture: PictureId) -> Drawings:
        """What is drawn on a picture, oldest first."""
        return self.of_study(picture.name.study).annotations(picture)

    def find(self, picture: PictureId, annotation_id: str) -> Annotation | None:
        return next((each for each in self.drawn(picture) if each.id == annotation_id), None)

    def add(self, picture: PictureId, annotation: Annotation, text: str) -> None:
        """Draw something new. text: what the menu calls undoing it."""
        self._history.do(
            Change(text, lambda: self._remove(picture, annotation), lambda: self._put(picture, annotation))
        )

    def replace(self, picture: PictureId, new: Annotation, text: str, gesture: Hashable = None) -> None:
        """Give an annotation, known by its id, another shape or text. KeyError when it is not there."""
        old = self.find(picture, new.id)
        if old is None:
            raise KeyError(new.id)
        if new != old:
            if new.kind is Kind.CONTOUR:
                self.contour_name = new.text
            change = Change(text, lambda: self._put(picture, old), lambda: self._put(picture, new), gesture)
            self._history.do(change)

    def remove(self, picture: PictureId, annotations: Drawings, text: str) -> None:
        """Delete annotations; undone as one."""
        if not annotations:
            return

        def undo() -> None:
            for each in annotations:
                self._put(picture, each)

        def redo() -> None:
            for each in annotations:
                self._remove(picture, each)

        self._history.do(Change(text, undo, redo))

    def is_key_image(self, slice_: Slice) -> bool:
        picture = self.bearing(slice_)
        return picture is not None and self.of_study(picture.name.study).is_key(picture)

    def mark_key_image(self, picture: PictureId, key: bool, text: str) -> None:
        """Make a picture a key image, or no longer one."""
        if key != self.of_study(picture.name.study).is_key(picture):
            self._history.do(
                Change(text, lambda: self._mark(picture, not key), lambda: self._mark(picture, key))
            )

    def marked(self, series: in_series.HasInstances) -> tuple[int, ...]:
        """The slices of a series with an annotation or chosen as key images.

        Of slices under one name, or under none, those alone that have been on screen: their pixels tell.
        """
        study = series.study.study_instance_uid
        if doubtful := in_series.doubtful(series, self.of_study(study)):
            self._stored(lambda store: store.doubt(doubtful), None)
            self._drop_old(study, list(doubtful))
        marks = self.of_study(study)
        return tuple(
            each.index for each in in_series.candidates(series, marks) if self._is_marked(each, marks)
        )

    def index_in(self, series: in_series.HasInstances, picture: PictureId) -> int | None:
        """The slice of a series that shows a picture, as far as headers and what was on screen tell."""
        named = [k for k, i in enumerate(series.instances) if name_in(series, i) == picture.name]
        seen = [self._seen.get(frame_key(series.instances[k])) for k in named]
        if picture in seen:
            return named[seen.index(picture)]
        left = [k for k, known in zip(named, seen, strict=True) if known is None]
        return left[0] if len(left) == 1 and picture.name.instance else None

    def _is_marked(self, candidate: in_series.Candidate, marks: StudyMarks) -> bool:
        seen = self._seen.get(frame_key(candidate.instance))
        return candidate.alone if seen is None else marks.bears(seen)

    def _put(self, picture: PictureId, annotation: Annotation) -> None:
        self._change(picture, lambda marks: marks.put(picture, annotation))
        if not picture.name.reformatted:  # of a plane only while the program runs: no file says where it is
            self._stored(lambda store: store.put(picture, annotation), None)
        self.changed.emit(picture)

    def _remove(self, picture: PictureId, annotation: Annotation) -> None:
        self._change(picture, lambda marks: marks.removed(picture, annotation.id))
        self._stored(lambda store: store.delete(annotation.id), None)
        self.changed.emit(picture)

    def _mark(self, picture: PictureId, key: bool) -> None:
        had_old = self.of_study(picture.name.study).has_old(picture)
        self._change(picture, lambda marks: marks.keyed(picture, key))
        self._stored(lambda store: store.mark_key_image(picture, key), None)
        if had_old and not key:
            self._stored(lambda store: store.unmark_old(old_name(picture)), None)
        self.changed.emit(picture)

    def _change(self, picture: PictureId, change: Callable[[StudyMarks], StudyMarks]) -> None:
        study = picture.name.study
        self._studies[study] = change(self.of_study(study))

    def _stored(self, use: Callable[[AnnotationStore], T], without: T) -> T:
        if self._store is None:
            return without
        try:
            return use(self._store)
        except AnnotationError as error:
            self.failed.emit(str(error))
            return without
