"""Planes as lines on a picture: where, how steep, how thick."""

from __future__ import annotations

import math

import pytest

from lungview.image.slice import Geometry, Spacing
from lungview.study.space import Plane
from lungview.viewer.mpr.lines import angle_on, line_on
from lungview.viewer.sheet import Sheet

AXIAL = Sheet(Geometry((0.0, 0.0, 0.0), (1, 0, 0, 0, 1, 0)), Spacing(2.0, 0.5, "PixelSpacing"), 20, 40)
CENTRE = (5.0, 6.0, 0.0)


def test_a_coronal_plane_is_a_level_line_through_its_centre() -> None:
    line = line_on(AXIAL, Plane(CENTRE, (1, 0, 0), (0, 0, -1)))
    assert line is not None
    assert line.at == (10.5, 3.5)
    assert (abs(line.step[0]), line.step[1]) == pytest.approx((2.0, 0.0))  # two columns are one mm
    assert line.edge == (0.0, 0.0)


def test_half_the_slab_lies_on_either_side() -> None:
    line = line_on(AXIAL, Plane(CENTRE, (1, 0, 0), (0, 0, -1), thickness_mm=8.0))
    assert line is not None
    assert (line.edge[0], abs(line.edge[1])) == pytest.approx((0.0, 2.0))  # 4 mm are two rows


def test_a_slab_met_at_a_slant_is_as_thick_as_the_picture_shows_it() -> None:
    slant = math.radians(30)
    tilted = Plane(CENTRE, (1, 0, 0), (0, math.cos(slant), math.sin(slant)), thickness_mm=8.0)
    line = line_on(AXIAL, tilted)
    assert line is not None
    assert abs(line.edge[1]) * 2.0 == pytest.approx(4.0 / math.sin(slant))


def test_a_parallel_plane_is_no_line() -> None:
    assert line_on(AXIAL, Plane(CENTRE, (1, 0, 0), (0, 1, 0))) is None


def test_angles_are_those_of_the_patient_not_of_pixels() -> None:
    about = (10.0, 10.0)
    assert angle_on(AXIAL, (14.0, 11.0), about) == pytest.approx(math.pi / 4)  # 2 mm across, 2 mm down
