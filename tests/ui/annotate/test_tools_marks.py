"""Key images, marked slices, and what undo brings back of a view."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lungview.study.key import picture_id
from lungview.ui.pane.slice_bar import SliceBar
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import (
    choose,
    drawn,
    editing,
    phantom,
    with_ruler,
)
from tests.ui.annotating import (
    lines as shown_lines,
)
from tests.ui.conftest import make_slice


def test_a_key_image_is_marked_ticked_and_undone(drawing: MainWindow) -> None:
    action = drawing.actions_table["tool.key_image"]
    action.trigger()
    assert editing(drawing).annotations.of_study("1.2").keys == (picture_id(phantom()),)
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
    with_ruler(drawing)
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


@pytest.mark.parametrize(("tool", "lines"), [("bidirectional", 2), ("cobb", 1)])
def test_two_drags_draw_two_lines_with_their_measures(drawing: MainWindow, tool: str, lines: int) -> None:
    choose(drawing, tool)
    viewport = drawing.session.viewport
    pointing.drag(viewport, (10, 10), (20, 10), (30, 10))
    assert drawn(drawing) == ()
    pointing.drag(viewport, (18, 5), (18, 10), (18, 14))
    (made,) = drawn(drawing)
    assert made.kind == tool
    assert len(shown_lines(drawing, made)) == lines


def test_a_polyline_ends_with_a_double_click(drawing: MainWindow) -> None:
    choose(drawing, "polyline")
    viewport = drawing.session.viewport
    pointing.click(viewport, (10, 10), (20, 10), (20, 20), (30, 20))
    pointing.double_click(viewport, 30, 20)
    (made,) = drawn(drawing)
    assert made.kind == "polyline"
    assert len(made.points) == 4
