"""The list of marks in the window: it follows the picture, and the picture follows it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lungview.marks.annotation import Annotation
from lungview.marks.kinds import Kind
from lungview.ui.keys.focus_keys import keys_needed
from lungview.ui.marks_list.chart import Chart
from lungview.ui.marks_list.panel import MarksPanel
from lungview.ui.marks_list.tree import MARK, NAME, SAID, SLICE
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.marks_list import desk
from lungview.viewer.marks_list.desk import Desk
from tests.ui import pointing
from tests.ui.annotating import SPACING, choose, drawn, editing, phantom
from tests.ui.conftest import make_slice


@pytest.fixture
def opened(show: Callable[..., MainWindow]) -> MainWindow:
    """The phantom in three slices, each its own pixels; with the list in front."""
    slices = [phantom()]
    for index in (1, 2):
        values = np.full((80, 100), 40.0 - index, np.float32)
        slices.append(make_slice(index, 80, 100, values=values, spacing=SPACING))
    window = show(*slices)
    window.session.series.append(window.session.stack.series)  # type: ignore[arg-type]
    window.actions_table["marks.list"].trigger()
    return window


def panel_of(window: MainWindow) -> MarksPanel:
    found = window.panels["marks"]
    assert isinstance(found, MarksPanel)
    return found


def desk_of(window: MainWindow) -> Desk:
    return desk.of(window.workspace)


def rows(window: MainWindow) -> list[list[str]]:
    tree = panel_of(window).tree
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in (SLICE, MARK, NAME, SAID)] for item in items if item is not None]


def ruler(window: MainWindow, index: int, qtbot: QtBot) -> Annotation:
    window.session.stack.go(index)
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    choose(window, "window")
    made = drawn(window)[-1]
    qtbot.waitUntil(lambda: desk_of(window).measured.get(made.id) is not None)
    return made


def contour(window: MainWindow, index: int, qtbot: QtBot) -> Annotation:
    window.session.stack.go(index)
    choose(window, "contour")
    turns = np.linspace(0, 2 * np.pi, 60)
    stroke = [(50 + 20 * float(np.cos(t)), 40 + 20 * float(np.sin(t))) for t in turns]
    pointing.drag(window.session.viewport, *stroke)
    choose(window, "window")
    made = drawn(window)[-1]
    qtbot.waitUntil(lambda: desk_of(window).measured.get(made.id) is not None)
    return made


def test_what_is_drawn_is_listed_with_its_slice_and_measure(opened: MainWindow, qtbot: QtBot) -> None:
    ruler(opened, 1, qtbot)
    (row,) = rows(opened)
    assert row[:3] == ["2", "Length", ""]
    assert float(row[SAID].removesuffix(" mm")) == pytest.approx(20.0, abs=0.3)  # 40 pixels of half a mm
    opened.actions_table["edit.undo"].trigger()
    qtbot.waitUntil(lambda: rows(opened) == [])


def test_a_row_brings_its_slice_and_selects_the_mark(opened: MainWindow, qtbot: QtBot) -> None:
    first, second = ruler(opened, 0, qtbot), ruler(opened, 2, qtbot)
    tree, viewport = panel_of(opened).tree, opened.session.viewport
    for row, made, index in ((0, first, 0), (1, second, 2)):
        tree.setCurrentItem(tree.topLevelItem(row))
        qtbot.waitUntil(lambda index=index: viewport.state.index == index)
        qtbot.waitUntil(lambda made=made: editing(opened).selection(viewport).selected == made.id)


def test_the_same_row_brings_its_slice_again_after_the_reader_went_on(
    opened: MainWindow, qtbot: QtBot
) -> None:
    made = ruler(opened, 0, qtbot)
    desk, viewport = desk_of(opened), opened.session.viewport
    opened.session.stack.go(2)
    desk.go(made.id)
    assert viewport.state.index == 0
    qtbot.waitUntil(lambda: editing(opened).selection(viewport).selected == made.id)


def test_a_mark_selected_on_the_picture_is_the_current_row(opened: MainWindow, qtbot: QtBot) -> None:
    ruler(opened, 0, qtbot)
    choose(opened, "angle")
    pointing.click(opened.session.viewport, (10, 60), (30, 60), (30, 70))
    choose(opened, "window")
    pointing.click(opened.session.viewport, (50, 40))
    item = panel_of(opened).tree.currentItem()
    assert item is not None
    assert item.text(MARK) == "Length"


def test_a_name_written_in_the_list_stands_on_the_picture_and_is_undone(
    opened: MainWindow, qtbot: QtBot
) -> None:
    made = ruler(opened, 0, qtbot)
    panel = panel_of(opened)
    panel.rename.click()
    entry = panel.tree.findChild(QLineEdit)
    assert entry is not None
    QTest.keyClicks(entry, "hilum")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: drawn(opened)[0] == made.written("hilum"))
    qtbot.waitUntil(lambda: rows(opened)[0][NAME] == "hilum")
    opened.actions_table["edit.undo"].trigger()
    assert drawn(opened)[0].text == ""


def test_a_name_that_is_being_written_keeps_no_mark_of_another_picture_in_the_list(
    opened: MainWindow, qtbot: QtBot
) -> None:
    ruler(opened, 0, qtbot)
    ruler(opened, 1, qtbot)
    panel = panel_of(opened)
    first, second = (each.drawn.id for each in desk_of(opened).marks)
    panel.tree.edit_name(second)
    desk_of(opened).remove(first)
    qtbot.waitUntil(lambda: len(desk_of(opened).marks) == 1)
    assert panel.tree.state() == panel.tree.State.EditingState  # its own mark is still there
    desk_of(opened).remove(second)
    qtbot.waitUntil(lambda: rows(opened) == [])
    assert panel.tree.state() != panel.tree.State.EditingState


def test_f2_in_the_list_writes_the_name_of_a_mark_and_of_no_finding(opened: MainWindow, qtbot: QtBot) -> None:
    ruler(opened, 0, qtbot)
    tree = panel_of(opened).tree
    assert Qt.Key.Key_F2 in keys_needed(tree)  # the window's own F2 names a finding
    QTest.keyClick(tree, Qt.Key.Key_F2)
    assert tree.findChild(QLineEdit) is not None


def test_a_row_unticked_is_off_the_picture_but_kept(opened: MainWindow, qtbot: QtBot) -> None:
    ruler(opened, 0, qtbot)
    shown = opened.session.viewport.state.slice
    assert shown is not None
    annotations = editing(opened).annotations
    item = panel_of(opened).tree.topLevelItem(0)
    assert item is not None
    item.setCheckState(SLICE, Qt.CheckState.Unchecked)
    assert annotations.visible(shown) == ()
    assert len(annotations.on(shown)) == 1
    pointing.click(opened.session.viewport, (50, 40))
    assert editing(opened).selection(opened.session.viewport).selected == ""
    opened.actions_table["edit.undo"].trigger()
    assert len(annotations.visible(shown)) == 1


def test_delete_takes_the_chosen_mark_wherever_it_is(opened: MainWindow, qtbot: QtBot) -> None:
    ruler(opened, 0, qtbot)
    ruler(opened, 2, qtbot)
    panel = panel_of(opened)
    panel.tree.setCurrentItem(panel.tree.topLevelItem(0))
    panel.delete.click()
    qtbot.waitUntil(lambda: [row[SLICE] for row in rows(opened)] == ["3"])


def test_a_stroke_is_a_contour_of_the_discs_area(opened: MainWindow, qtbot: QtBot) -> None:
    made = contour(opened, 0, qtbot)
    assert made.kind is Kind.CONTOUR
    assert len(made.points) < 60
    (row,) = [row for row in rows(opened) if row[MARK] == "Contour"]
    area = float(row[SAID].split("Area ")[1].split(" mm²")[0])
    assert area == pytest.approx(np.pi * 100, rel=0.02)  # 20 pixels of half a millimetre


def test_contours_on_every_slice_have_a_volume_of_which_one_slice_has_none(
    opened: MainWindow, qtbot: QtBot
) -> None:
    contour(opened, 0, qtbot)
    assert "two slices at least" in rows(opened)[-1][SAID]
    contour(opened, 1, qtbot)
    contour(opened, 2, qtbot)
    qtbot.waitUntil(lambda: rows(opened)[-1][SAID].endswith("of 3 slices"))
    said = rows(opened)[-1][SAID]
    assert float(said.split(" ml")[0]) == pytest.approx(np.pi * 100 * 15 / 1000, rel=0.02)  # 5 mm a slice


def test_the_next_contour_gets_the_name_of_the_last_one(opened: MainWindow, qtbot: QtBot) -> None:
    first = contour(opened, 0, qtbot)
    desk_of(opened).rename(first.id, "A")
    assert contour(opened, 1, qtbot).text == "A"


def test_a_profile_is_drawn_while_its_slice_is_on_screen(opened: MainWindow, qtbot: QtBot) -> None:
    choose(opened, "profile")
    pointing.drag(opened.session.viewport, (10, 40), (50, 40))
    panel = panel_of(opened)
    assert panel.chart.isVisible()
    assert panel.said.text().endswith(" mm: from −700 to 40 HU")
    opened.session.stack.go(1)
    assert not panel.chart.isVisible()


def test_a_region_has_its_histogram(opened: MainWindow, qtbot: QtBot) -> None:
    choose(opened, "rectangle")
    pointing.drag(opened.session.viewport, (45, 35), (55, 45))
    panel = panel_of(opened)
    assert panel.chart.isVisible()
    assert panel.said.text().startswith("Median −700 HU")


def test_the_chart_says_the_value_under_the_mouse(qtbot: QtBot, opened: MainWindow) -> None:
    choose(opened, "profile")
    pointing.drag(opened.session.viewport, (40, 40), (60, 40))
    chart = panel_of(opened).findChild(Chart)
    assert chart is not None
    middle = QPointF(chart.plot().center())
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, middle, chart.mapToGlobal(middle), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(chart, event)
    assert chart.said.endswith("mm: −700 HU")
    chart.grab()


def test_the_list_is_copied_and_saved_without_the_patient(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    ruler(opened, 1, qtbot)
    panel = panel_of(opened)
    panel.copy.click()
    assert QGuiApplication.clipboard().text().startswith("Slice 2: Length, ")
    panel.save_to(tmp_path / "marks")
    data = (tmp_path / "marks.csv").read_bytes()
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert row["slice"] == "2"
    assert float(row["length"]) == pytest.approx(20.0, abs=0.3)
    assert b"Nobody" not in data


def test_a_list_that_cannot_be_written_is_told(opened: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    ruler(opened, 1, qtbot)
    (tmp_path / "file").write_text("")
    with qtbot.waitSignal(opened.session.told) as told:
        panel_of(opened).save_to(tmp_path / "file" / "marks.csv")
    assert "cannot be written" in told.args[0]
