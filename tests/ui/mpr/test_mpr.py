"""Four planes in the window: made, scrolled, moved, turned, thickened, left; refused where they cannot be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from lungview.image.slice import Geometry
from lungview.study.space import Projection
from lungview.ui.layout.layouts import Layouts
from lungview.ui.mpr.crosshair_tool import CrosshairTool, _handles
from lungview.ui.shell.message_bar import MessageBar
from lungview.viewer.mpr.crosshair import Axis
from lungview.viewer.sheet import sheet_of
from tests.ui.conftest import MemorySeries, make_slice
from tests.ui.hands import drag

STEP, PIXEL, ROWS, COLUMNS, COUNT = 1.5, 0.7, 40, 60, 20
LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class PlacedSeries(MemorySeries):
    frame_of_reference_uid: str = "1.9"


def _slices(*, gap_at: int | None = None):
    """Slices head first; a bright voxel at slice 5 from the feet, row 12, column 40."""
    made = []
    for at in reversed(range(COUNT)):
        z = STEP * at + (10.0 if gap_at is not None and at >= gap_at else 0.0)
        values = np.full((ROWS, COLUMNS), -900.0, np.float32)
        if at == 5:
            values[12, 40] = 1000.0
        plain = make_slice(at, values=values)
        geometry = Geometry((0.0, 0.0, z), plain.instance.geometry.orientation)
        instance = replace(plain.instance, path=Path(f"m{at}"), geometry=geometry)
        made.append(replace(plain, instance=instance))
    return made


@pytest.fixture
def mpr(window):
    return next(each for each in window.children() if isinstance(each, Layouts)).mpr


@pytest.fixture
def listed(window):
    def show(slices):
        window.session.cache.slices.update({each.instance: each for each in slices})
        instances = tuple(each.instance for each in slices)
        series = PlacedSeries(instances, key="m", spacing=slices[0].spacing)
        window.session.studies.series = [series]
        window.session.show(series)
        return series

    return show


@pytest.fixture
def planes(qtbot, window, mpr, listed):
    """The four views once all is cut."""
    listed(_slices())
    window.actions_table["view.mpr"].trigger()
    qtbot.waitUntil(lambda: mpr.crosshair is not None)
    settled(qtbot, window)
    return window


def settled(qtbot, window):
    stacks = [window.session.stack_of(each) for each in window.session.viewports]

    def at_rest():
        QApplication.processEvents()
        return not any(stack.pending for stack in stacks)

    qtbot.waitUntil(at_rest)


def view(window, axis):
    return window.session.viewports[list(Axis).index(axis)]


def shown_at(viewport, point):
    """The value of the picture at a place in the patient."""
    x, y = sheet_of(viewport.state.slice).at(point)
    return viewport.state.slice.values[int(y), int(x)]


BRIGHT = (40 * PIXEL, 12 * PIXEL, 5 * STEP)


def test_one_key_shows_axial_coronal_sagittal_and_a_slab(planes):
    titles = [frame.header.title.text() for frame in planes.grid.frames]
    assert titles == ["Axial", "Coronal", "Sagittal", "Oblique"]
    assert all(each.state.slice.reformatted for each in planes.session.viewports)
    assert view(planes, Axis.OBLIQUE).state.slice.thickness == 10.0


def test_all_planes_meet_in_the_crosshair(qtbot, planes, mpr):
    mpr.change(mpr.crosshair.moved(BRIGHT))
    settled(qtbot, planes)
    for axis in Axis:
        assert abs(sheet_of(view(planes, axis).state.slice).distance_mm(BRIGHT)) < STEP / 2
    for axis in (Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL):
        assert shown_at(view(planes, axis), BRIGHT) > 400  # at most a third of a pixel beside it


def test_scrolling_one_plane_takes_the_crosshair_along(qtbot, planes, mpr):
    before = mpr.crosshair.point_mm
    planes.session.stack_of(view(planes, Axis.CORONAL)).step(3)
    settled(qtbot, planes)
    moved = np.subtract(mpr.crosshair.point_mm, before)
    assert np.abs(moved) == pytest.approx([0, 3 * PIXEL, 0], abs=1e-6)


def test_dragging_the_middle_moves_the_other_planes(qtbot, planes, mpr):
    axial = view(planes, Axis.AXIAL)
    sheet = sheet_of(axial.state.slice)
    middle = axial.image_to_widget(QPointF(*sheet.at(mpr.crosshair.point_mm)))
    there = axial.image_to_widget(QPointF(*sheet.at(BRIGHT)))
    drag(axial, LEFT, (middle.x(), middle.y()), (there.x(), there.y()))
    settled(qtbot, planes)
    assert mpr.crosshair.point_mm[:2] == pytest.approx(BRIGHT[:2], abs=0.3)
    assert abs(sheet_of(view(planes, Axis.CORONAL).state.slice).distance_mm(BRIGHT)) < PIXEL


def _drag_end(qtbot, window, on, axis, degrees):
    """Drag the end of a plane's line by an angle about the crosshair."""
    viewport = view(window, on)
    tool = next(each for each in viewport.mouse.grabbers if isinstance(each, CrosshairTool))
    seen = next(tool._on_screen(line) for each, line in tool._lines() if each is axis)
    middle, end = seen[0], _handles(seen)[1]
    arm, turn = end - middle, math.radians(degrees)
    stop = (
        middle.x() + arm.x() * math.cos(turn) - arm.y() * math.sin(turn),
        middle.y() + arm.x() * math.sin(turn) + arm.y() * math.cos(turn),
    )
    drag(viewport, LEFT, (end.x(), end.y()), stop)
    settled(qtbot, window)


def test_dragging_a_lines_end_turns_its_plane_by_that_angle(qtbot, planes, mpr):
    _drag_end(qtbot, planes, Axis.AXIAL, Axis.CORONAL, 20.0)
    row = mpr.crosshair.plane(Axis.CORONAL).row
    assert math.degrees(math.atan2(row[1], row[0])) == pytest.approx(20.0, abs=0.5)
    shown = view(planes, Axis.CORONAL).state.slice.instance.geometry.orientation
    assert shown[:3] == pytest.approx(row)


def test_planes_stand_upright_again_at_one_key(qtbot, planes, mpr):
    _drag_end(qtbot, planes, Axis.CORONAL, Axis.OBLIQUE, 15.0)
    assert mpr.crosshair.plane(Axis.OBLIQUE).row != (1.0, 0.0, 0.0)
    planes.actions_table["view.upright"].trigger()
    assert mpr.crosshair.plane(Axis.OBLIQUE).row == (1.0, 0.0, 0.0)


def test_a_slab_is_as_thick_as_the_field_says(qtbot, planes, mpr):
    controls = mpr._controls[Axis.CORONAL]
    controls.thickness.setValue(6.0)
    controls.projection.setCurrentIndex(controls.projection.findData(Projection.MIN))
    settled(qtbot, planes)
    shown = view(planes, Axis.CORONAL).state.slice
    assert (shown.thickness, shown.warnings[0]) == (6.0, "Reformatted, minimum of 6 mm")


def test_the_window_is_one_for_all_planes(planes):
    planes.session.activate(view(planes, Axis.SAGITTAL))
    planes.actions_table["window.bone"].trigger()
    assert {each.state.window.width for each in planes.session.viewports} == {2000}


def test_leaving_shows_the_series_at_the_crosshair(qtbot, planes, mpr):
    mpr.change(mpr.crosshair.moved(BRIGHT))
    settled(qtbot, planes)
    planes.actions_table["view.layout_1"].trigger()
    settled(qtbot, planes)
    assert planes.session.stack.series is not None
    assert planes.session.viewport.state.index == COUNT - 1 - 5
    assert mpr.crosshair is None


def test_a_series_dropped_into_a_view_takes_its_place(qtbot, planes, mpr, listed):
    planes.session.activate(view(planes, Axis.SAGITTAL))
    listed(_slices())
    settled(qtbot, planes)
    assert not view(planes, Axis.SAGITTAL).state.slice.reformatted
    assert view(planes, Axis.AXIAL).state.slice.reformatted
    assert planes.grid.frames[2].header.title.text() == ""


def test_a_closed_study_leaves_no_planes(planes, mpr):
    planes.actions_table["file.close_all"].trigger()
    assert all(each.state.slice is None for each in planes.session.viewports)
    assert mpr.series is None


def test_a_series_with_a_gap_is_refused_with_the_reason(qtbot, window, mpr, listed):
    listed(_slices(gap_at=9))
    with qtbot.waitSignal(mpr.refused):
        window.actions_table["view.mpr"].trigger()
    said = window.findChild(MessageBar).label.text()
    assert "gap of 11.50 mm" in said
    assert window.session.workspace.layout == (1, 1)
    assert not window.session.viewport.state.slice.reformatted


def test_the_key_of_the_planes_pressed_again_changes_nothing(qtbot, planes, mpr):
    mpr.change(mpr.crosshair.moved(BRIGHT))
    settled(qtbot, planes)
    planes.session.activate(view(planes, Axis.CORONAL))
    planes.actions_table["view.mpr"].trigger()
    settled(qtbot, planes)
    assert mpr.crosshair.point_mm == BRIGHT
    assert all(each.state.slice.reformatted for each in planes.session.viewports)
