"""What is drawn on pictures: kept, told, undone; without a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lungview.errors import AnnotationError
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import PictureId, picture_id
from lungview.viewer.history import History
from lungview.viewer.marks.annotations import Annotations
from tests.in_memory import make_slice

HERE = picture_id(make_slice(0, 80, 100))
RULER = Annotation(Kind.RULER, (Point(1, 2), Point(3, 4)))


def test_a_deletion_is_kept_and_so_is_its_undo() -> None:
    history = History()
    with AnnotationStore() as store:
        annotations = Annotations(store, history)
        annotations.add(HERE, RULER, "Ruler")
        annotations.remove(HERE, (RULER,), "Delete")
        assert store.study("1.2").annotations(HERE) == ()
        history.undo()
        assert store.study("1.2").annotations(HERE) == (RULER,)


def test_a_store_that_fails_is_told_of_and_the_drawing_stays() -> None:
    class Full(AnnotationStore):
        def put(self, picture: PictureId, annotation: Annotation) -> None:
            raise AnnotationError("the annotations cannot be kept: disk full")

    with Full() as store:
        annotations = Annotations(store, History())
        told: list[str] = []
        annotations.failed.connect(told.append)
        annotations.add(HERE, RULER, "Ruler")
    assert told == ["the annotations cannot be kept: disk full"]
    assert annotations.drawn(HERE) == (RULER,)


@pytest.mark.parametrize("change", ["add", "replace", "remove"])
def test_every_change_is_told_with_its_picture(change: str) -> None:
    annotations = Annotations(None, History())
    if change != "add":
        annotations.add(HERE, RULER, "Ruler")
    act: dict[str, Callable[[], None]] = {
        "add": lambda: annotations.add(HERE, RULER, "Ruler"),
        "replace": lambda: annotations.replace(HERE, RULER.moved(1, 1), "Move"),
        "remove": lambda: annotations.remove(HERE, (RULER,), "Delete"),
    }
    told: list[PictureId] = []
    annotations.changed.connect(told.append)
    act[change]()
    assert told == [HERE]


def test_what_a_store_holds_is_there_once_it_is_used() -> None:
    with AnnotationStore() as store:
        store.put(HERE, RULER)
        annotations = Annotations(None, History())
        assert annotations.drawn(HERE) == ()

        annotations.keep_in(store)

        assert annotations.drawn(HERE) == (RULER,)
        annotations.remove(HERE, (RULER,), "Delete")
        assert store.study("1.2").annotations(HERE) == ()
