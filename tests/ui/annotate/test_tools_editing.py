"""Annotations under the mouse: moved, reshaped, deleted, worded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from lungview.marks.kinds import Kind
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import (
    choose,
    drawn,
    near,
    with_ruler,
)


def test_a_line_is_moved_while_another_tool_is_chosen(drawing: MainWindow) -> None:
    with_ruler(drawing)
    before = drawing.session.viewport.state.window
    pointing.drag(drawing.session.viewport, (50, 40), (55, 50), (60, 60))
    assert near(drawn(drawing)[0], (40, 60), (80, 60))
    assert drawing.session.viewport.state.window == before


def test_a_handle_reshapes(drawing: MainWindow) -> None:
    with_ruler(drawing)
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
    ruler = with_ruler(drawing)
    pointing.drag(drawing.session.viewport, (50, 40), (55, 50), (60, 60))
    moved = drawn(drawing)
    drawing.actions_table["edit.undo"].trigger()
    assert drawn(drawing) == (ruler,)
    drawing.actions_table["edit.redo"].trigger()
    assert drawn(drawing) == moved


def test_delete_takes_the_selected_one_only_and_undo_brings_it_back(drawing: MainWindow) -> None:
    ruler = with_ruler(drawing)
    choose(drawing, "probe")
    pointing.click(drawing.session.viewport, (10, 10))
    choose(drawing, "select")
    pointing.click(drawing.session.viewport, (50, 40))
    drawing.actions_table["edit.delete"].trigger()
    assert [each.kind for each in drawn(drawing)] == [Kind.PROBE]
    drawing.actions_table["edit.undo"].trigger()
    assert ruler in drawn(drawing)


def test_all_of_a_slice_are_deleted_and_brought_back_at_once(drawing: MainWindow) -> None:
    with_ruler(drawing)
    choose(drawing, "probe")
    pointing.click(drawing.session.viewport, (10, 10))
    before = drawn(drawing)
    drawing.actions_table["edit.delete_all"].trigger()
    assert drawn(drawing) == ()
    drawing.actions_table["edit.undo"].trigger()
    assert drawn(drawing) == before


def test_a_double_click_on_an_annotation_edits_its_text(drawing: MainWindow) -> None:
    with_ruler(drawing)
    pointing.double_click(drawing.session.viewport, 50, 40)
    entry = drawing.focusWidget()
    QTest.keyClicks(entry, "long axis")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert drawn(drawing)[0].text == "long axis"
    assert not drawing.isFullScreen()


def test_hidden_annotations_cannot_be_taken_hold_of(drawing: MainWindow) -> None:
    ruler = with_ruler(drawing)
    drawing.actions_table["view.annotations"].trigger()
    pointing.drag(drawing.session.viewport, (50, 40), (60, 60))
    assert drawn(drawing) == (ruler,)


def _menu(window: MainWindow, x: float, y: float) -> QMenu:
    """The context menu of a place of the picture."""
    viewport = window.session.viewport
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=pointing.at(viewport, x, y))
    (menu,) = (each for each in window.findChildren(QMenu) if each.isVisible())
    return menu


def test_the_menu_over_an_annotation_edits_and_deletes_it(drawing: MainWindow) -> None:
    with_ruler(drawing)
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
    with_ruler(drawing)
    menu = _menu(drawing, 10, 10)
    assert drawing.actions_table["edit.delete"] not in menu.actions()
    menu.close()
