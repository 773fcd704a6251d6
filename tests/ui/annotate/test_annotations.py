"""Annotations outlive the window; a store that fails is told of and does not stop the reader."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import default_path
from lungview.study.key import picture_id
from lungview.ui.annotate.editing import Editing
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
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


def test_a_damaged_file_of_annotations_is_told_of_and_left_alone(qtbot: QtBot) -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_bytes(b"damaged" * 200)
    window = _window(qtbot)
    assert "will not be kept" in window.statusBar().currentMessage()
    window.actions_table["tool.probe"].trigger()
    pointing.click(window.session.viewport, (30, 40))
    assert len(_drawn(window)) == 1
    assert default_path().read_bytes() == b"damaged" * 200
