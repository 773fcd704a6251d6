"""Every drawing tool with a real mouse, against a phantom of known size and values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from lungview.image import measure
from lungview.image.annotation import Annotation, Kind, Picture, Point
from lungview.image.slice import Slice, Spacing
from lungview.ui import statistics
from lungview.ui.editing import Editing
from lungview.ui.main_window import MainWindow
from lungview.ui.slice_bar import SliceBar
from tests.ui import pointing
from tests.ui.conftest import make_slice

CENTER, RADIUS, INSIDE, OUTSIDE = (50.0, 40.0), 20.0, -700.0, 40.0
SPACING = Spacing(0.5, 0.5, "PixelSpacing")


def phantom(**changes: object) -> Slice:
    """A disc of −700 HU, 20 pixels or 10 mm in radius, in 40 HU."""
    y, x = np.mgrid[0:80, 0:100] + 0.5
    disc = (x - CENTER[0]) ** 2 + (y - CENTER[1]) ** 2 <= RADIUS**2
    values = np.where(disc, INSIDE, OUTSIDE).astype(np.float32)
    return make_slice(0, 80, 100, values=values, spacing=SPACING, **changes)


@pytest.fixture
def drawing(show: Callable[..., MainWindow]) -> MainWindow:
    """The phantom on screen, about six screen pixels a pixel, and a second slice behind it."""
    return show(phantom(), make_slice(1, 80, 100))


def editing(window: MainWindow) -> Editing:
    found = window.findChild(Editing)
    assert found is not None
    return found


def drawn(window: MainWindow) -> tuple[Annotation, ...]:
    place = editing(window).picture
    assert place is not None
    return editing(window).annotations.on(place)


def choose(window: MainWindow, tool: str) -> None:
    window.actions_table[f"tool.{tool}"].trigger()


def lines(window: MainWindow, annotation: Annotation) -> tuple[str, ...]:
    shown = window.session.viewport.state.slice
    assert shown is not None
    return statistics.lines(shown, annotation)


def near(annotation: Annotation, *points: tuple[float, float]) -> bool:
    """Within the half screen pixel a mouse can be off."""
    pairs = zip(annotation.points, points, strict=True)
    return all(math.dist((p.x, p.y), q) < 0.25 for p, q in pairs)


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


def _with_ruler(window: MainWindow) -> Annotation:
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    choose(window, "window")
    return drawn(window)[0]


def test_a_line_is_moved_while_another_tool_is_chosen(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    before = drawing.session.viewport.state.window
    pointing.drag(drawing.session.viewport, (50, 40), (55, 50), (60, 60))
    assert near(drawn(drawing)[0], (40, 60), (80, 60))
    assert drawing.session.viewport.state.window == before


def test_a_handle_reshapes(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    pointing.drag(drawing.session.viewport, (70, 40), (70, 60))
    assert near(drawn(drawing)[0], (30, 40), (70, 60))


@pytest.mark.parametrize(
    ("corner", "to", "expected"),
    [
        ((20, 20), (10, 10), (10, 10, 60, 50)),
        ((60, 50), (70, 60), (20, 20, 70, 60)),
        ((20, 50), (10, 60), (10, 20, 60, 60)),
        ((60, 20), (70, 10), (20, 10, 70, 50)),
    ],
)
def test_every_corner_of_a_rectangle_can_be_drawn(
    drawing: MainWindow,
    corner: tuple[float, float],
    to: tuple[float, float],
    expected: tuple[float, float, float, float],
) -> None:
    choose(drawing, "rectangle")
    pointing.drag(drawing.session.viewport, (20, 20), (60, 50))
    choose(drawing, "select")
    pointing.drag(drawing.session.viewport, corner, to)
    assert drawn(drawing)[0].box == pytest.approx(expected, abs=0.3)


def test_a_move_is_undone_and_redone_as_one(drawing: MainWindow) -> None:
    ruler = _with_ruler(drawing)
    pointing.drag(drawing.session.viewport, (50, 40), (55, 50), (60, 60))
    moved = drawn(drawing)
    drawing.actions_table["edit.undo"].trigger()
    assert drawn(drawing) == (ruler,)
    drawing.actions_table["edit.redo"].trigger()
    assert drawn(drawing) == moved


def test_delete_takes_the_selected_one_only_and_undo_brings_it_back(drawing: MainWindow) -> None:
    ruler = _with_ruler(drawing)
    choose(drawing, "probe")
    pointing.click(drawing.session.viewport, (10, 10))
    choose(drawing, "select")
    pointing.click(drawing.session.viewport, (50, 40))
    drawing.actions_table["edit.delete"].trigger()
    assert [each.kind for each in drawn(drawing)] == [Kind.PROBE]
    drawing.actions_table["edit.undo"].trigger()
    assert ruler in drawn(drawing)


def test_all_of_a_slice_are_deleted_and_brought_back_at_once(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    choose(drawing, "probe")
    pointing.click(drawing.session.viewport, (10, 10))
    before = drawn(drawing)
    drawing.actions_table["edit.delete_all"].trigger()
    assert drawn(drawing) == ()
    drawing.actions_table["edit.undo"].trigger()
    assert drawn(drawing) == before


def test_a_double_click_on_an_annotation_edits_its_text(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    pointing.double_click(drawing.session.viewport, 50, 40)
    entry = drawing.focusWidget()
    QTest.keyClicks(entry, "long axis")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert drawn(drawing)[0].text == "long axis"
    assert not drawing.isFullScreen()


def test_hidden_annotations_cannot_be_taken_hold_of(drawing: MainWindow) -> None:
    ruler = _with_ruler(drawing)
    drawing.actions_table["view.annotations"].trigger()
    pointing.drag(drawing.session.viewport, (50, 40), (60, 60))
    assert drawn(drawing) == (ruler,)


def test_a_key_image_is_marked_ticked_and_undone(drawing: MainWindow) -> None:
    action = drawing.actions_table["tool.key_image"]
    action.trigger()
    assert editing(drawing).annotations.key_images("1.2") == (Picture("1.2", "1.0", 0),)
    drawing.actions_table["slice.next"].trigger()
    assert not action.isChecked()
    drawing.actions_table["slice.previous"].trigger()
    assert action.isChecked()
    drawing.actions_table["edit.undo"].trigger()
    assert not action.isChecked()


@pytest.mark.parametrize(
    "name",
    [
        "window.lung", "window.mediastinum", "window.bone", "window.auto", "window.invert", "view.zoom_in",
        "view.flip_horizontal", "view.flip_vertical", "view.rotate_left", "view.rotate_right", "view.actual",
    ],
)  # fmt: skip
def test_every_change_of_the_view_is_undone_and_redone(drawing: MainWindow, name: str) -> None:
    viewport = drawing.session.viewport
    drawing.actions_table["window.mediastinum" if name == "window.lung" else "window.lung"].trigger()
    before = viewport.state
    drawing.actions_table[name].trigger()
    after = viewport.state
    assert after != before
    drawing.actions_table["edit.undo"].trigger()
    assert viewport.state == before
    drawing.actions_table["edit.redo"].trigger()
    assert viewport.state == after


def test_a_window_drag_is_undone_as_one(drawing: MainWindow) -> None:
    viewport = drawing.session.viewport
    before = viewport.state
    pointing.drag(viewport, (10, 10), (15, 12), (20, 20), (30, 25))
    assert viewport.state != before
    drawing.actions_table["edit.undo"].trigger()
    assert viewport.state == before
    assert not drawing.actions_table["edit.undo"].isEnabled()


def test_undo_never_shows_a_patient_hidden_since(drawing: MainWindow) -> None:
    drawing.actions_table["window.bone"].trigger()
    drawing.actions_table["view.patient"].trigger()
    drawing.actions_table["edit.undo"].trigger()
    assert not drawing.session.viewport.state.overlays.patient


def test_the_menu_says_what_undo_would_undo(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    assert drawing.actions_table["edit.undo"].text() == "Undo: Ruler"


def _three(show: Callable[..., MainWindow]) -> MainWindow:
    """Five slices with a ruler on the second and a key image on the fourth; the third is shown."""
    window = show(*(make_slice(index, 80, 100) for index in range(5)))
    window.session.stack.go(1)
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    window.session.stack.go(3)
    window.actions_table["tool.key_image"].trigger()
    window.session.stack.go(2)
    return window


def test_the_slider_points_out_annotated_slices_and_key_images(show: Callable[..., MainWindow]) -> None:
    window = _three(show)
    bar = window.findChild(SliceBar)
    assert bar is not None
    assert bar.marked == (1, 3)
    window.actions_table["edit.undo"].trigger()
    assert bar.marked == (1,)


def test_keys_go_to_the_next_and_the_previous_marked_slice(show: Callable[..., MainWindow]) -> None:
    window = _three(show)
    seen = []
    for name in ("next", "next", "previous", "previous"):
        window.actions_table[f"slice.{name}_marked"].trigger()
        seen.append(window.session.stack.index)
    assert seen == [3, 3, 1, 1]


def test_undo_goes_to_the_slice_it_changes(show: Callable[..., MainWindow]) -> None:
    window = _three(show)
    window.actions_table["edit.undo"].trigger()
    assert window.session.stack.index == 3
    window.actions_table["edit.undo"].trigger()
    assert window.session.stack.index == 1
    assert drawn(window) == ()


def test_a_key_image_says_so_on_the_picture(drawing: MainWindow) -> None:
    viewport = drawing.session.viewport
    before = viewport.grab().toImage()
    drawing.actions_table["tool.key_image"].trigger()
    assert viewport.grab().toImage() != before


def _menu(window: MainWindow, x: float, y: float) -> QMenu:
    """The context menu of a place of the picture."""
    viewport = window.session.viewport
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=pointing.at(viewport, x, y))
    (menu,) = (each for each in window.findChildren(QMenu) if each.isVisible())
    return menu


def test_the_menu_over_an_annotation_edits_and_deletes_it(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    menu = _menu(drawing, 50, 40)
    edit, delete = menu.actions()[:2]
    menu.close()
    edit.trigger()
    QTest.keyClicks(drawing.focusWidget(), "axis")
    QTest.keyClick(drawing.focusWidget(), Qt.Key.Key_Return)
    assert drawn(drawing)[0].text == "axis"
    delete.trigger()
    assert drawn(drawing) == ()


def test_the_menu_beside_annotations_leaves_them_alone(drawing: MainWindow) -> None:
    _with_ruler(drawing)
    menu = _menu(drawing, 10, 10)
    assert drawing.actions_table["edit.delete"] not in menu.actions()
    menu.close()
