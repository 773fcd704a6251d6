"""The crosshair moves and turns its planes, which go on meeting in it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lungview.study.space import Plane, Projection
from lungview.study.volume import Volume
from lungview.viewer.mpr.crosshair import Axis, Crosshair, Slab, middle_of

POINT = (3.0, -4.0, 5.0)
ORTHOGONAL = (Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL)


def _right_angles(crosshair: Crosshair) -> list[float]:
    normals = [np.asarray(crosshair.plane(axis).normal) for axis in ORTHOGONAL]
    return [float(normals[a] @ normals[b]) for a, b in ((0, 1), (0, 2), (1, 2))]


@pytest.mark.parametrize(
    ("axis", "row", "column"),
    [
        (Axis.AXIAL, (1, 0, 0), (0, 1, 0)),
        (Axis.CORONAL, (1, 0, 0), (0, 0, -1)),
        (Axis.SAGITTAL, (0, 1, 0), (0, 0, -1)),
    ],
)
def test_planes_begin_as_radiologists_see_them(axis: Axis, row: tuple, column: tuple) -> None:
    plane = Crosshair(POINT).plane(axis)
    assert (plane.centre, plane.row, plane.column) == (POINT, row, column)


def test_the_fourth_begins_as_a_slab_of_10_mm_of_the_brightest() -> None:
    plane = Crosshair(POINT).plane(Axis.OBLIQUE)
    assert (plane.thickness_mm, plane.projection) == (10.0, Projection.MAX)


def test_turning_a_line_turns_its_plane_by_that_angle_about_the_picture_it_is_in() -> None:
    turned = Crosshair(POINT).turned(Axis.CORONAL, Axis.AXIAL, math.radians(30))
    # In the axial picture rows run to the left, columns to the back: the line falls towards the back.
    assert turned.plane(Axis.CORONAL).row == pytest.approx((math.cos(math.pi / 6), 0.5, 0.0))
    assert turned.plane(Axis.CORONAL).column == pytest.approx((0.0, 0.0, -1.0))


def test_the_three_stay_at_right_angles_and_the_picture_looked_at_stays() -> None:
    turned = Crosshair(POINT).turned(Axis.SAGITTAL, Axis.AXIAL, 0.4)
    for _ in range(500):
        turned = turned.turned(Axis.AXIAL, Axis.CORONAL, 0.011)
    before = turned.plane(Axis.SAGITTAL)
    assert _right_angles(turned) == pytest.approx([0, 0, 0], abs=1e-9)
    assert turned.turned(Axis.AXIAL, Axis.SAGITTAL, 0.3).plane(Axis.SAGITTAL) == before


def test_the_oblique_plane_turns_alone() -> None:
    turned = Crosshair(POINT).turned(Axis.OBLIQUE, Axis.CORONAL, 0.5)
    assert [turned.plane(axis) for axis in ORTHOGONAL] == [Crosshair(POINT).plane(a) for a in ORTHOGONAL]
    assert turned.plane(Axis.OBLIQUE).normal != Crosshair(POINT).plane(Axis.OBLIQUE).normal
    assert turned.upright() == Crosshair(POINT)


def test_scrolling_a_plane_moves_the_crosshair_straight_across_it() -> None:
    moved = Crosshair(POINT).onto(Plane((99.0, 10.0, -50.0), (1, 0, 0), (0, 0, -1)))
    assert moved.point_mm == pytest.approx((3.0, 10.0, 5.0))


def test_thickness_is_of_one_plane_alone() -> None:
    thick = Crosshair(POINT).thick(Axis.AXIAL, Slab(5.0, Projection.MIN))
    assert thick.plane(Axis.AXIAL).thickness_mm == 5.0
    assert thick.plane(Axis.CORONAL).thickness_mm == 0.0


def test_it_begins_at_a_voxel() -> None:
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    volume = Volume(np.zeros((4, 6, 8), np.int16), (2.0, 0.5, 0.5), (1.0, 1.0, 1.0), axes)
    assert middle_of(volume).point_mm == (3.0, 2.5, 5.0)
