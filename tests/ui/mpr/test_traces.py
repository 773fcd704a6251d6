"""The reader's marks of slices on the planes of the window: where they cut, and not to be taken hold of."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.ui.mpr.mpr import Mpr
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.mpr.crosshair import Axis
from lungview.viewer.sheet import sheet_of
from tests.ui.annotating import editing
from tests.ui.mpr.test_mpr import PIXEL, STEP, listed, mpr, planes, settled, view

__all__ = ["listed", "mpr", "planes"]  # fixtures

HERE, SLICE = 8, Path("m8")  # the slice that is drawn on, from the feet
RULER = Annotation(Kind.RULER, (Point(10, 12), Point(50, 28)))


HERE_MM = (39.5 * PIXEL, 15.5 * PIXEL, HERE * STEP)  # the crosshair: beside the ruler, in its slice


def place(column: float) -> tuple[float, float, float]:
    """On the ruler, mm."""
    return (column - 0.5) * PIXEL, (12 + 0.4 * (column - 10) - 0.5) * PIXEL, HERE * STEP


def green(window: MainWindow, axis: Axis, at: tuple[float, float, float]) -> bool:
    viewport = view(window, axis)
    shown = viewport.state.slice
    assert shown is not None
    sheet = sheet_of(shown)
    assert sheet is not None
    spot = viewport.image_to_widget(QPointF(*sheet.at(at))).toPoint() * viewport.devicePixelRatioF()
    image = viewport.grab().toImage()
    around = [image.pixelColor(spot.x() + x, spot.y() + y) for x in range(-5, 6) for y in range(-5, 6)]
    return any(_is_green(each) for each in around)


def _is_green(colour: QColor) -> bool:
    return colour.green() > colour.red() + 30 and colour.green() > colour.blue() + 30


@pytest.fixture
def drawn(qtbot, planes: MainWindow, mpr: Mpr) -> MainWindow:
    """A ruler on a slice, and planes that cut it at columns 20 (coronal) and 40 (sagittal)."""
    slice_ = next(each for each in planes.session.cache.slices.values() if each.instance.path == SLICE)
    marks = editing(planes).annotations
    marks.add(marks.picture(slice_), RULER, "Ruler")
    mpr.go_to(HERE_MM)
    settled(qtbot, planes)
    return planes


def test_a_ruler_of_a_slice_lies_on_its_plane_and_is_cut_by_the_others(drawn: MainWindow) -> None:
    for column in (14, 30, 46):
        assert green(drawn, Axis.AXIAL, place(column))
        assert not green(drawn, Axis.CORONAL, place(column))
        assert not green(drawn, Axis.SAGITTAL, place(column))
    assert green(drawn, Axis.CORONAL, place(20))
    assert green(drawn, Axis.SAGITTAL, place(40))


def test_on_the_planes_beside_it_there_is_nothing(qtbot, drawn: MainWindow, mpr: Mpr) -> None:
    x, _, z = HERE_MM
    mpr.go_to((x, 36 * PIXEL, z + 2 * STEP))
    settled(qtbot, drawn)
    assert not green(drawn, Axis.AXIAL, place(30))
    assert not green(drawn, Axis.CORONAL, place(20))


def test_a_trace_comes_and_goes_with_its_mark_and_with_the_switch(drawn: MainWindow) -> None:
    editing(drawn).history.undo()
    assert not green(drawn, Axis.AXIAL, place(30))
    editing(drawn).history.redo()
    assert green(drawn, Axis.AXIAL, place(30))
    marks = editing(drawn).annotations
    picture = next(iter(marks.seen.values()))
    marks.hide(picture, frozenset({RULER.id}), True, "Hide mark")
    assert not green(drawn, Axis.AXIAL, place(30))


def test_a_trace_is_not_a_mark_of_the_plane(drawn: MainWindow) -> None:
    viewport = view(drawn, Axis.AXIAL)
    assert editing(drawn).annotations.on(viewport.state.slice) == ()
    sheet = sheet_of(viewport.state.slice)
    assert sheet is not None
    at = viewport.image_to_widget(QPointF(*sheet.at(place(30))))
    assert not editing(drawn).selection(viewport).select_at(at)
