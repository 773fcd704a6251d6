"""Every drawing tool with a real mouse, against a phantom of known size and values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lungview.image.slice import Spacing
from lungview.marks import measure
from lungview.marks.annotation import Point
from lungview.marks.kinds import Kind
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import (
    INSIDE,
    choose,
    drawn,
    editing,
    lines,
    near,
    phantom,
)


def test_a_dragged_ruler_measures_the_phantom(drawing: MainWindow) -> None:
    choose(drawing, "ruler")
    pointing.drag(drawing.session.viewport, (30, 40), (45, 40), (70, 40))
    (ruler,) = drawn(drawing)
    assert ruler.kind is Kind.RULER
    assert near(ruler, (30, 40), (70, 40))
    shown = drawing.session.viewport.state.slice
    assert shown is not None
    assert measure.length(shown, *ruler.points).value == pytest.approx(20.0, abs=0.25)  # the diameter, mm
    assert lines(drawing, ruler)[0].endswith(" mm")


def test_a_ruler_of_two_clicks_is_the_same_ruler(drawing: MainWindow) -> None:
    choose(drawing, "ruler")
    pointing.click(drawing.session.viewport, (30, 40), (70, 40))
    (ruler,) = drawn(drawing)
    assert near(ruler, (30, 40), (70, 40))


def test_an_ellipse_on_the_phantom_has_its_values_and_area(drawing: MainWindow) -> None:
    choose(drawing, "ellipse")
    pointing.drag(drawing.session.viewport, (31, 21), (50, 50), (69, 59))
    (ellipse,) = drawn(drawing)
    shown = drawing.session.viewport.state.slice
    assert shown is not None
    found = measure.statistics(shown, ellipse)
    assert found is not None
    assert (found.mean, found.minimum, found.maximum, found.deviation) == (INSIDE, INSIDE, INSIDE, 0)
    assert measure.area(shown, ellipse).value == pytest.approx(math.pi * 9.5**2, rel=0.03)
    assert lines(drawing, ellipse)[0] == "Mean −700 HU  SD 0.0"


def test_a_rectangle_takes_the_values_of_its_pixels(drawing: MainWindow) -> None:
    choose(drawing, "rectangle")
    pointing.drag(drawing.session.viewport, (10, 35), (90, 45))
    (rectangle,) = drawn(drawing)
    assert rectangle.kind is Kind.RECTANGLE
    assert lines(drawing, rectangle)[1].startswith("Min −700  Max 40 ")


def test_an_angle_needs_a_drag_and_a_click(drawing: MainWindow) -> None:
    choose(drawing, "angle")
    pointing.drag(drawing.session.viewport, (20, 20), (20, 60))
    assert drawn(drawing) == ()
    pointing.click(drawing.session.viewport, (60, 60))
    (angle,) = drawn(drawing)
    assert near(angle, (20, 20), (20, 60), (60, 60))
    assert float(lines(drawing, angle)[0].rstrip("°")) == pytest.approx(90.0, abs=0.6)


def test_a_polygon_is_closed_by_a_double_click(drawing: MainWindow) -> None:
    choose(drawing, "polygon")
    pointing.click(drawing.session.viewport, (20, 20), (60, 20))
    pointing.double_click(drawing.session.viewport, 60, 60)
    (polygon,) = drawn(drawing)
    assert near(polygon, (20, 20), (60, 20), (60, 60))
    assert "Area" in lines(drawing, polygon)[-1]


def test_a_polygon_is_closed_by_a_click_on_its_first_corner(drawing: MainWindow) -> None:
    choose(drawing, "polygon")
    pointing.click(drawing.session.viewport, (20, 20), (60, 20), (60, 60), (30, 70), (20, 20))
    (polygon,) = drawn(drawing)
    assert near(polygon, (20, 20), (60, 20), (60, 60), (30, 70))


def test_a_probe_reads_the_value_where_it_is_let_go(drawing: MainWindow) -> None:
    choose(drawing, "probe")
    pointing.drag(drawing.session.viewport, (5, 5), (50, 40))
    (probe,) = drawn(drawing)
    assert lines(drawing, probe) == ("−700 HU",)


def test_an_arrow_asks_for_its_text_on_the_picture(drawing: MainWindow) -> None:
    choose(drawing, "arrow")
    pointing.drag(drawing.session.viewport, (50, 40), (80, 20))
    entry = drawing.focusWidget()
    QTest.keyClicks(entry, "d nodule")  # letters are text, not tools
    QTest.keyClick(entry, Qt.Key.Key_Return)
    (arrow,) = drawn(drawing)
    assert arrow.text == "d nodule"
    assert lines(drawing, arrow) == ("d nodule",)
    assert drawing.actions_table["tool.arrow"].isChecked()


def test_esc_keeps_the_arrow_and_drops_the_words(drawing: MainWindow) -> None:
    choose(drawing, "arrow")
    pointing.drag(drawing.session.viewport, (50, 40), (80, 20))
    entry = drawing.focusWidget()
    QTest.keyClicks(entry, "wrong")
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    (arrow,) = drawn(drawing)
    assert arrow.text == ""


@pytest.mark.parametrize("tool", ["ruler", "angle", "ellipse", "rectangle", "polygon", "arrow"])
def test_esc_leaves_nothing_of_what_is_under_way(drawing: MainWindow, tool: str) -> None:
    choose(drawing, tool)
    viewport = drawing.session.viewport
    pointing.press(viewport, 20, 20)
    pointing.move(viewport, 60, 50)
    drawing.actions_table["edit.cancel"].trigger()
    pointing.release(viewport, 60, 50)
    pointing.move(viewport, 70, 70)
    assert drawn(drawing) == ()
    assert editing(drawing).history.undo_text == ""


@pytest.mark.parametrize("tool", ["ruler", "ellipse", "rectangle"])
def test_points_stay_on_the_picture(drawing: MainWindow, tool: str) -> None:
    choose(drawing, tool)
    viewport = drawing.session.viewport
    pointing.drag(viewport, (50, 40), (300, 200))
    (shape,) = drawn(drawing)
    assert shape.points[1] == Point(100, 80)


def test_scrolling_away_drops_what_is_half_drawn(drawing: MainWindow) -> None:
    choose(drawing, "ruler")
    viewport = drawing.session.viewport
    pointing.press(viewport, 20, 20)
    pointing.move(viewport, 60, 50)
    drawing.actions_table["slice.next"].trigger()
    pointing.release(viewport, 60, 50)
    assert drawn(drawing) == ()
    drawing.actions_table["slice.previous"].trigger()
    assert drawn(drawing) == ()


def test_an_annotation_belongs_to_its_slice(drawing: MainWindow) -> None:
    choose(drawing, "ruler")
    pointing.drag(drawing.session.viewport, (30, 40), (70, 40))
    drawing.actions_table["slice.next"].trigger()
    assert drawn(drawing) == ()
    drawing.actions_table["slice.previous"].trigger()
    assert len(drawn(drawing)) == 1


@pytest.mark.parametrize("view", ["view.rotate_right", "view.flip_horizontal", "view.zoom_in"])
def test_a_ruler_is_the_same_however_the_view_is_turned(drawing: MainWindow, view: str) -> None:
    drawing.actions_table[view].trigger()
    choose(drawing, "ruler")
    pointing.drag(drawing.session.viewport, (40, 40), (60, 45))
    assert near(drawn(drawing)[0], (40, 40), (60, 45))


def test_without_a_spacing_a_ruler_is_in_pixels(show: Callable[..., MainWindow]) -> None:
    window = show(replace(phantom(), spacing=None))
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    assert lines(window, drawn(window)[0])[0].endswith(" px")


def test_a_spacing_at_the_detector_is_named(show: Callable[..., MainWindow]) -> None:
    window = show(replace(phantom(), spacing=Spacing(0.1, 0.1, "ImagerPixelSpacing")))
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    assert lines(window, drawn(window)[0])[0].endswith(" mm (at the detector)")


def test_values_without_a_unit_get_none(show: Callable[..., MainWindow]) -> None:
    window = show(replace(phantom(), unit=""))
    choose(window, "probe")
    pointing.click(window.session.viewport, (50, 40))
    assert lines(window, drawn(window)[0]) == ("−700",)
