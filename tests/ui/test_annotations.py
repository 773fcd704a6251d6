"""Annotations outlive the window; a store that fails is told of and does not stop the reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from lungview.errors import AnnotationError
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore, default_path
from lungview.study.key import PictureId, picture_id
from lungview.ui.annotate.annotations import Annotations
from lungview.ui.annotate.editing import Editing
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
from lungview.viewer.history import History
from tests.ui import pointing
from tests.ui.conftest import MemoryCache, MemorySeries, make_slice

HERE = picture_id(make_slice(0, 80, 100))
RULER = Annotation(Kind.RULER, (Point(1, 2), Point(3, 4)))


def _window(qtbot: QtBot) -> MainWindow:
    shown = make_slice(0, 80, 100)
    window = new_window(Session(cache=MemoryCache({shown.instance: shown})))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.resize(900, 700)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.finished)
    window.session.show(MemorySeries((shown.instance,)))  # type: ignore[arg-type]
    return window


def _drawn(window: MainWindow) -> tuple[Annotation, ...]:
    editing = window.findChild(Editing)
    assert editing is not None
    return editing.annotations.drawn(HERE)


def test_an_annotation_is_found_again_after_a_restart(qtbot: QtBot) -> None:
    first = _window(qtbot)
    first.actions_table["tool.ruler"].trigger()
    pointing.drag(first.session.viewport, (30, 40), (70, 40))
    drawn = _drawn(first)
    first.close()
    second = _window(qtbot)
    assert _drawn(second) == drawn
    assert len(drawn) == 1


def test_a_deletion_is_kept_and_so_is_its_undo(qtbot: QtBot) -> None:
    history = History()
    with AnnotationStore() as store:
        annotations = Annotations(store, history)
        annotations.add(HERE, RULER, "Ruler")
        annotations.remove(HERE, (RULER,), "Delete")
        assert store.study("1.2").annotations(HERE) == ()
        history.undo()
        assert store.study("1.2").annotations(HERE) == (RULER,)


def test_a_store_that_fails_is_told_of_and_the_drawing_stays(qtbot: QtBot) -> None:
    class Full(AnnotationStore):
        def put(self, picture: PictureId, annotation: Annotation) -> None:
            raise AnnotationError("the annotations cannot be kept: disk full")

    with Full() as store:
        annotations = Annotations(store, History())
        with qtbot.waitSignal(annotations.failed) as failed:
            annotations.add(HERE, RULER, "Ruler")
    assert "disk full" in failed.args[0]
    assert annotations.drawn(HERE) == (RULER,)


def test_a_damaged_file_of_annotations_is_told_of_and_left_alone(qtbot: QtBot) -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_bytes(b"damaged" * 200)
    window = _window(qtbot)
    assert "will not be kept" in window.statusBar().currentMessage()
    window.actions_table["tool.probe"].trigger()
    pointing.click(window.session.viewport, (30, 40))
    assert len(_drawn(window)) == 1
    assert default_path().read_bytes() == b"damaged" * 200


@pytest.mark.parametrize("change", ["add", "replace", "remove"])
def test_every_change_is_told_with_its_picture(qtbot: QtBot, change: str) -> None:
    annotations = Annotations(None, History())
    if change != "add":
        annotations.add(HERE, RULER, "Ruler")
    act: dict[str, Callable[[], None]] = {
        "add": lambda: annotations.add(HERE, RULER, "Ruler"),
        "replace": lambda: annotations.replace(HERE, RULER.moved(1, 1), "Move"),
        "remove": lambda: annotations.remove(HERE, (RULER,), "Delete"),
    }
    with qtbot.waitSignal(annotations.changed) as changed:
        act[change]()
    assert changed.args == [HERE]
