"""A picture in the patient: places and image points, and the line where two pictures cross."""

from __future__ import annotations

import math

import pytest

from lungview.image.slice import Geometry, Spacing
from lungview.viewer.sheet import Sheet, crossing

PIXEL = Spacing(2.0, 0.5, "PixelSpacing")
AXIAL = Sheet(Geometry((-10.0, -20.0, 7.0), (1, 0, 0, 0, 1, 0)), PIXEL, rows=20, columns=40)
CORONAL = Sheet(Geometry((-10.0, 3.0, 17.0), (1, 0, 0, 0, 0, -1)), PIXEL, rows=20, columns=40)


def test_the_middle_of_the_first_pixel_is_the_position_of_the_file() -> None:
    assert AXIAL.point_mm((0.5, 0.5)) == (-10.0, -20.0, 7.0)


def test_an_image_point_and_its_place_are_one() -> None:
    assert CORONAL.point_mm((12.5, 3.5)) == pytest.approx((-4.0, 3.0, 11.0))
    assert CORONAL.at((-4.0, 99.0, 11.0)) == pytest.approx((12.5, 3.5))


def test_pictures_at_right_angles_cross_where_both_are() -> None:
    line = crossing(AXIAL, CORONAL)
    assert line is not None
    # y = 3 mm lies 23 mm, or 11.5 rows, below the middle of the first row; x from edge to edge.
    assert sorted(line) == [pytest.approx((0.0, 12.0)), pytest.approx((40.0, 12.0))]


def test_the_line_is_no_longer_than_the_other_picture() -> None:
    small = Sheet(Geometry((-4.75, 3.0, 17.0), (1, 0, 0, 0, 0, -1)), PIXEL, rows=20, columns=10)
    line = crossing(AXIAL, small)
    assert line is not None
    assert sorted(x for x, _ in line) == pytest.approx([10.5, 20.5])  # from −5 mm on, for 10 columns


def test_parallel_pictures_and_those_that_end_before_do_not_cross() -> None:
    above = Sheet(Geometry((-10.0, 3.0, 117.0), (1, 0, 0, 0, 0, -1)), PIXEL, rows=20, columns=40)
    assert crossing(AXIAL, AXIAL) is None
    assert crossing(AXIAL, above) is None


def test_an_oblique_picture_crosses_at_its_own_slope() -> None:
    slope = math.radians(30)
    tilted = Sheet(
        Geometry((0.0, 0.0, 7.0), (math.cos(slope), math.sin(slope), 0, 0, 0, 1)),
        Spacing(1.0, 1.0, "PixelSpacing"), rows=9, columns=5,
    )  # fmt: skip
    line = crossing(AXIAL, tilted)
    assert line is not None
    (x0, y0), (x1, y1) = line
    assert math.degrees(math.atan2((y1 - y0) * 2.0, (x1 - x0) * 0.5)) % 180 == pytest.approx(30)
