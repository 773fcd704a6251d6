"""The camera against transforms written out by hand."""

import pytest
from PySide6.QtCore import QPointF, QSizeF

from lungview.image.slice import Spacing
from lungview.ui.pane import camera
from lungview.viewer.state import Camera
from tests.ui.conftest import make_slice

VIEW = QSizeF(800, 600)


def device(slice_, seen, x, y):
    point = camera.to_device(slice_, seen, VIEW).map(QPointF(x, y))
    return pytest.approx((point.x(), point.y()))


def test_fit_shows_the_whole_picture_in_the_middle():
    picture = make_slice(rows=100, columns=100)  # 600 / 100 = 6 device pixels a pixel
    assert device(picture, Camera(), 0, 0) == (100, 0)
    assert device(picture, Camera(), 100, 100) == (700, 600)


def test_one_to_one_is_one_device_pixel_a_pixel():
    picture = make_slice(rows=100, columns=100)
    assert device(picture, Camera(zoom=1.0), 1, 1) == (351, 251)


def test_rows_twice_as_far_apart_are_drawn_twice_as_tall():
    picture = make_slice(rows=100, columns=100, spacing=Spacing(1.4, 0.7, "PixelSpacing"))
    assert device(picture, Camera(zoom=2.0), 50, 51) == (400, 304)


def test_a_turned_picture_fits_by_its_turned_sides():
    picture = make_slice(rows=100, columns=300)
    assert camera.fit_zoom(picture, Camera(rotation=90), VIEW) == 2.0


# Where a point right of and above the middle goes: (dx, dy) = (10, -20) of the screen.
TURNED = [
    (0, False, (10, -20)),
    (90, False, (20, 10)),
    (180, False, (-10, 20)),
    (270, False, (-20, -10)),
    (0, True, (-10, -20)),
    (90, True, (20, -10)),
    (180, True, (10, 20)),
    (270, True, (-20, 10)),
]


@pytest.mark.parametrize(("rotation", "mirrored", "expected"), TURNED)
def test_mirror_then_clockwise_turn(rotation, mirrored, expected):
    picture = make_slice(rows=100, columns=100)
    seen = Camera(zoom=1.0, rotation=rotation, mirrored=mirrored)
    assert device(picture, seen, 60, 30) == (400 + expected[0], 300 + expected[1])


@pytest.mark.parametrize(("rotation", "mirrored", "expected"), TURNED)
def test_a_horizontal_flip_mirrors_the_screen_at_any_rotation(rotation, mirrored, expected):
    picture = make_slice(rows=100, columns=100)
    seen = Camera(zoom=1.0, rotation=rotation, mirrored=mirrored).flipped_horizontally()
    assert device(picture, seen, 60, 30) == (400 - expected[0], 300 + expected[1])


@pytest.mark.parametrize(("rotation", "mirrored", "expected"), TURNED)
def test_a_vertical_flip_mirrors_the_screen_at_any_rotation(rotation, mirrored, expected):
    picture = make_slice(rows=100, columns=100)
    seen = Camera(zoom=1.0, rotation=rotation, mirrored=mirrored).flipped_vertically()
    assert device(picture, seen, 60, 30) == (400 + expected[0], 300 - expected[1])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_zooming_keeps_the_point_under_the_cursor(rotation):
    picture, anchor = make_slice(rows=100, columns=100), QPointF(123, 456)
    before = Camera(zoom=2.0, rotation=rotation)
    under, _ = camera.to_device(picture, before, VIEW).inverted()
    after = camera.zoomed_at(picture, before, VIEW, 5.0, anchor)
    assert after.zoom == 5.0
    fixed = under.map(anchor)
    assert device(picture, after, fixed.x(), fixed.y()) == (123, 456)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_panning_moves_the_picture_with_the_hand(rotation):
    picture = make_slice(rows=100, columns=100)
    moved = camera.panned(picture, Camera(zoom=2.0, rotation=rotation), VIEW, QPointF(30, -10))
    assert device(picture, moved, 50, 50) == (430, 290)


def test_the_middle_of_the_view_cannot_leave_the_picture():
    picture = make_slice(rows=100, columns=100)
    moved = camera.panned(picture, Camera(zoom=1.0), VIEW, QPointF(-10_000, 0))
    assert moved.center == (100.0, 50.0)


@pytest.mark.parametrize(("asked", "given"), [(1e9, 64.0), (0.0, 0.02)])
def test_zoom_stays_within_limits(asked, given):
    assert Camera().zoomed(asked).zoom == given
