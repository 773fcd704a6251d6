"""The annotations and key images on screen: one model over the store, every change undoable."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from lungview.errors import AnnotationError
from lungview.image.annotation import Annotation, Picture, picture
from lungview.image.annotation_store import AnnotationStore
from lungview.image.slice import Slice
from lungview.ui.history import Change, History

T = TypeVar("T")


class Annotations(QObject):
    """What was drawn on every picture.

    `changed` carries the Picture it is about. A store that fails (`failed` carries the sentence) leaves the
    annotations in memory: the reader goes on, and has been told that they will not be kept.
    """

    changed = Signal(object)
    failed = Signal(str)

    def __init__(
        self, store: AnnotationStore | None, history: History, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._history = history
        self._shown: dict[Picture, tuple[Annotation, ...]] = {}
        self._keys: dict[Picture, bool] = {}
        self._pictures: tuple[Slice | None, Picture | None] = (None, None)

    def picture(self, slice_: Slice) -> Picture:
        """The picture a slice shows; the last one is remembered, as hashing takes a while."""
        last, known = self._pictures
        if last is not slice_ or known is None:
            known = picture(slice_)
            self._pictures = (slice_, known)
        return known

    def on(self, place: Picture) -> tuple[Annotation, ...]:
        """What is drawn on a picture, oldest first."""
        if place not in self._shown:
            self._shown[place] = self._stored(lambda store: store.annotations(place), ())
        return self._shown[place]

    def find(self, place: Picture, annotation_id: str) -> Annotation | None:
        return next((each for each in self.on(place) if each.id == annotation_id), None)

    def add(self, place: Picture, annotation: Annotation, text: str) -> None:
        """Draw something new. text: what the menu calls undoing it."""
        self._history.do(
            Change(text, lambda: self._remove(place, annotation), lambda: self._put(place, annotation))
        )

    def replace(self, place: Picture, new: Annotation, text: str, gesture: Hashable = None) -> None:
        """Give an annotation, known by its id, another shape or text. KeyError when it is not there."""
        old = self.find(place, new.id)
        if old is None:
            raise KeyError(new.id)
        if new != old:
            change = Change(text, lambda: self._put(place, old), lambda: self._put(place, new), gesture)
            self._history.do(change)

    def remove(self, place: Picture, annotations: tuple[Annotation, ...], text: str) -> None:
        """Delete annotations; undone as one."""
        if not annotations:
            return

        def undo() -> None:
            for each in annotations:
                self._put(place, each)

        def redo() -> None:
            for each in annotations:
                self._remove(place, each)

        self._history.do(Change(text, undo, redo))

    def is_key_image(self, place: Picture) -> bool:
        if place not in self._keys:
            self._keys[place] = self._stored(lambda store: store.is_key_image(place), False)
        return self._keys[place]

    def mark_key_image(self, place: Picture, key: bool, text: str) -> None:
        """Make a picture a key image, or no longer one."""
        if key != self.is_key_image(place):
            self._history.do(Change(text, lambda: self._mark(place, not key), lambda: self._mark(place, key)))

    def key_images(self, study: str) -> tuple[Picture, ...]:
        """The key images of a study, in the order they were marked."""
        nothing: tuple[Picture, ...] = ()
        stored = self._stored(lambda store: store.key_images(study), nothing)
        # Without a store that works, what was marked here is all there is.
        here = {place: key for place, key in self._keys.items() if place.study == study}
        new = [place for place, key in here.items() if key and place not in stored]
        return (*(place for place in stored if here.get(place, True)), *new)

    def marked(self, study: str) -> set[tuple[str, int]]:
        """The pictures of a study, as (instance, frame), with an annotation or chosen as key images."""
        nothing: dict[tuple[str, int], int] = {}
        found = set(self._stored(lambda store: store.annotated(study), nothing))
        found |= {(key.instance, key.frame) for key in self.key_images(study)}
        # Without a store that works, what is on screen is all there is.
        found |= {(place.instance, place.frame) for place, drawn in self._shown.items() if drawn}
        return found | {(place.instance, place.frame) for place, key in self._keys.items() if key}

    def _put(self, place: Picture, annotation: Annotation) -> None:
        others = self.on(place)
        known = any(each.id == annotation.id for each in others)
        swapped = tuple(annotation if each.id == annotation.id else each for each in others)
        self._shown[place] = swapped if known else (*others, annotation)
        self._stored(lambda store: store.put(place, annotation), None)
        self.changed.emit(place)

    def _remove(self, place: Picture, annotation: Annotation) -> None:
        self._shown[place] = tuple(each for each in self.on(place) if each.id != annotation.id)
        self._stored(lambda store: store.delete(annotation.id), None)
        self.changed.emit(place)

    def _mark(self, place: Picture, key: bool) -> None:
        self._keys[place] = key
        self._stored(lambda store: store.mark_key_image(place, key), None)
        self.changed.emit(place)

    def _stored(self, use: Callable[[AnnotationStore], T], without: T) -> T:
        if self._store is None:
            return without
        try:
            return use(self._store)
        except AnnotationError as error:
            self.failed.emit(str(error))
            return without
