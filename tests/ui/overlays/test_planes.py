"""Overlays of others on the planes of the window: in their colours, by the same switches, or the reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from PySide6.QtCore import QPointF, Qt

from lungview.ui.layout.layouts import Layouts
from lungview.ui.mpr.mpr import Mpr
from lungview.ui.overlays.actions import ROW
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.mpr.crosshair import Axis
from lungview.viewer.sheet import sheet_of
from tests.overlays.made import GAP, ORIGIN, SPACING, resaved, rtstruct, seg
from tests.overlays.readers.test_structure_set import circles
from tests.ui.mpr.test_mpr import settled, view
from tests.ui.overlays.test_in_window import Open, box, opened, panel, window

__all__ = ["opened", "window"]  # fixtures

MIDDLE = (ORIGIN[0] + 34.5 * SPACING, ORIGIN[1] + 19.5 * SPACING, ORIGIN[2] + 4 * GAP)  # of the box
BESIDE = (MIDDLE[0], MIDDLE[1], ORIGIN[2] + 8 * GAP)


def planes(qtbot, window: MainWindow) -> Mpr:
    """The four views once they are cut, through the box's middle."""
    window.actions_table["view.mpr"].trigger()
    mpr = next(each for each in window.children() if isinstance(each, Layouts)).mpr
    qtbot.waitUntil(lambda: mpr.crosshair is not None)
    settled(qtbot, window)
    mpr.go_to(MIDDLE)
    at_rest(qtbot, window)
    return mpr


def at_rest(qtbot, window: MainWindow) -> None:
    settled(qtbot, window)
    qtbot.waitUntil(lambda: not window.session.masks.running)


def colour(window: MainWindow, axis: Axis, place: tuple[float, float, float]) -> tuple[int, int, int]:
    """On screen, at a place in the patient."""
    viewport = view(window, axis)
    shown = viewport.state.slice
    assert shown is not None
    sheet = sheet_of(shown)
    assert sheet is not None
    at = viewport.image_to_widget(QPointF(*sheet.at(place))).toPoint()
    found = viewport.grab().toImage().pixelColor(at * viewport.devicePixelRatioF())
    return found.red(), found.green(), found.blue()


def near(place: tuple[float, float, float]) -> tuple[float, float, float]:
    """Beside the crosshair's lines."""
    return place[0] + 4, place[1] + 3, place[2] + 2.5


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL, Axis.OBLIQUE])
def test_a_segment_is_on_every_plane_in_its_colour_and_off_by_its_tick(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path, axis: Axis
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    found = opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    planes(qtbot, window)
    found.set_opacity(1.0)
    assert colour(window, axis, near(MIDDLE)) == (255, 0, 0)
    tick = panel(window).tree.topLevelItem(0).child(0)
    tick.setCheckState(0, Qt.CheckState.Unchecked)
    red, green, blue = colour(window, axis, near(MIDDLE))
    assert red == green == blue
    tick.setCheckState(0, Qt.CheckState.Checked)
    at_rest(qtbot, window)
    assert colour(window, axis, near(MIDDLE)) == (255, 0, 0)
    window.actions_table[ROW.id].trigger()
    red, green, blue = colour(window, axis, near(MIDDLE))
    assert red == green == blue


def test_above_the_segment_a_plane_shows_none_of_it(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1).set_opacity(1.0)
    mpr = planes(qtbot, window)
    mpr.go_to(BESIDE)
    at_rest(qtbot, window)
    red, green, blue = colour(window, Axis.AXIAL, near(BESIDE))
    assert red == green == blue
    assert colour(window, Axis.CORONAL, near(MIDDLE)) == (255, 0, 0)


def test_regions_are_painted_on_planes(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    contours = circles()
    middle = np.mean([each.mean(axis=0) for each in contours], axis=0)
    rtstruct(images, contours, tmp_path / "rt.dcm")
    opened(tmp_path / "ct", tmp_path / "rt.dcm", count=1).set_opacity(1.0)
    mpr = planes(qtbot, window)
    place = (float(middle[0]), float(middle[1]), float(middle[2]))
    mpr.go_to(place)
    at_rest(qtbot, window)
    for axis in (Axis.CORONAL, Axis.SAGITTAL):
        red, green, _ = colour(window, axis, (place[0] + 2, place[1] + 2, place[2] + 1.2))
        assert red > green + 60


def test_a_chosen_part_takes_the_crosshair_to_its_middle(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    mpr = planes(qtbot, window)
    mpr.go_to(BESIDE)
    at_rest(qtbot, window)
    tree = panel(window).tree
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    assert mpr.crosshair is not None
    assert mpr.crosshair.point_mm == pytest.approx(MIDDLE)
    assert all(each.state.slice.reformatted for each in window.session.viewports)


def test_a_plane_says_what_it_cannot_show_and_slices_do_not(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    resaved(tmp_path / "seg.dcm", FrameOfReferenceUID="1.2.3.77", SeriesDescription="Lobes")
    opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    planes(qtbot, window)
    said = "Lobes is not shown here: it lies in another frame of reference"
    assert {each.apart for each in window.session.viewports} == {said}
    window.actions_table["view.layout_1"].trigger()
    at_rest(qtbot, window)
    assert window.session.viewport.apart == ""


def paint_of(window: MainWindow, axis: Axis, place: tuple[float, float, float]) -> bool:
    """Whether there is red of the region within three pixels on screen."""
    viewport = view(window, axis)
    shown = viewport.state.slice
    assert shown is not None
    sheet = sheet_of(shown)
    assert sheet is not None
    at = viewport.image_to_widget(QPointF(*sheet.at(place))).toPoint() * viewport.devicePixelRatioF()
    image = viewport.grab().toImage()
    around = [image.pixelColor(at.x() + x, at.y() + y) for x in range(-3, 4) for y in range(-3, 4)]
    return any(each.red() > 180 and max(each.green(), each.blue()) < 80 for each in around)


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
def test_a_point_is_a_cross_on_the_planes_through_it_and_on_no_others(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path, axis: Axis
) -> None:
    rtstruct(images, [np.array([MIDDLE])], tmp_path / "rt.dcm", kind="POINT")
    opened(tmp_path / "ct", tmp_path / "rt.dcm", count=1)
    mpr = planes(qtbot, window)
    assert paint_of(window, axis, MIDDLE)
    mpr.go_to((MIDDLE[0] + 4, MIDDLE[1] + 4, MIDDLE[2] + 4))
    at_rest(qtbot, window)
    assert not paint_of(window, axis, MIDDLE)


def test_an_open_line_is_drawn_along_its_plane_and_chosen_it_is_gone_to(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    ends = np.array([MIDDLE, MIDDLE]) + np.array([(-6.0, 0, 0), (9.0, 0, 0)])
    rtstruct(images, [ends], tmp_path / "rt.dcm", kind="OPEN_NONPLANAR")
    opened(tmp_path / "ct", tmp_path / "rt.dcm", count=1)
    mpr = planes(qtbot, window)
    mpr.go_to(BESIDE)
    at_rest(qtbot, window)
    assert not paint_of(window, Axis.AXIAL, (MIDDLE[0] + 4, *MIDDLE[1:]))
    tree = panel(window).tree
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    at_rest(qtbot, window)
    assert mpr.crosshair is not None
    assert mpr.crosshair.point_mm == pytest.approx((MIDDLE[0] + 1.5, *MIDDLE[1:]), abs=1e-3)
    beside = {Axis.AXIAL: (0.0, 4.0, 0.0), Axis.CORONAL: (0.0, 0.0, 4.0)}  # where the crosshair's lines are
    for axis, (x, y, z) in beside.items():
        mpr.go_to((MIDDLE[0] + x, MIDDLE[1] + y, MIDDLE[2] + z))
        at_rest(qtbot, window)
        assert paint_of(window, axis, (MIDDLE[0] + 6, *MIDDLE[1:]))
        assert not paint_of(window, axis, (MIDDLE[0] + 14, *MIDDLE[1:]))
