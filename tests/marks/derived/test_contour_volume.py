"""Volumes of contours against solids whose volume is a formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Spacing
from lungview.marks.annotation import Point
from lungview.marks.derived.contour_volume import Contour, contour_volume

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SPACING = Spacing(0.8, 0.5, "PixelSpacing")


def _at(z: float, orientation: tuple[float, ...] = AXIAL) -> Geometry:
    return Geometry((0.0, 0.0, z), orientation)  # type: ignore[arg-type]


def _circle(radius_mm: float, z: float, corners: int = 360, middle: float = 50.0) -> Contour:
    turns = 2 * math.pi * np.arange(corners) / corners
    points = tuple(
        Point(float((middle + radius_mm * math.cos(t)) / 0.5), float((50 + radius_mm * math.sin(t)) / 0.8))
        for t in turns
    )
    return Contour(points, _at(z), SPACING, round(z) + 1)


def _square(side_mm: float, z: float, corner_mm: float = 10.0) -> Contour:
    low, high = corner_mm, corner_mm + side_mm
    corners = ((low, low), (high, low), (high, high), (low, high))
    points = tuple(Point(x / 0.5, y / 0.8) for x, y in corners)
    return Contour(points, _at(z), SPACING, round(z) + 1)


@pytest.mark.parametrize("step", [0.7, 1.0, 1.25, 2.5])
@pytest.mark.parametrize("offset", [0.0, 0.3, 0.5])
def test_a_sphere_of_10_mm_is_right_to_two_per_cent(step: float, offset: float) -> None:
    heights = [z for z in np.arange(-20, 20) * step + offset * step if abs(z) < 10]
    stack = [_circle(math.sqrt(100 - z * z), float(z)) for z in heights]
    found = contour_volume(stack, step)
    assert found.mm3 == pytest.approx(4 / 3 * math.pi * 1000, rel=0.02)
    assert (found.slices, found.missing) == (len(stack), 0)


def test_a_prism_is_area_times_slices_times_distance() -> None:
    found = contour_volume([_square(20.0, 2.0 * n) for n in range(5)])
    assert found.mm3 == pytest.approx(20 * 20 * 5 * 2)


def test_order_makes_no_difference() -> None:
    stack = [_square(10.0 + n, float(n)) for n in range(4)]
    assert contour_volume(stack[::-1], 1.0).mm3 == pytest.approx(contour_volume(stack, 1.0).mm3)


def test_slices_between_without_a_contour_are_bridged_in_a_straight_line_and_counted() -> None:
    whole = [_square(20.0, float(n)) for n in range(6)]
    found = contour_volume([whole[0], whole[1], whole[5]], 1.0)
    assert found.missing == 3
    assert found.mm3 == pytest.approx(contour_volume(whole, 1.0).mm3)


def test_a_contour_within_another_is_a_hole_and_two_apart_add_up() -> None:
    ring = [c for z in (0.0, 1.0) for c in (_square(20.0, z), _square(10.0, z, 15.0))]
    assert contour_volume(ring, 1.0).mm3 == pytest.approx(2 * (400 - 100))
    two = [c for z in (0.0, 1.0) for c in (_square(20.0, z), _square(10.0, z, 40.0))]
    assert contour_volume(two, 1.0).mm3 == pytest.approx(2 * (400 + 100))


def test_one_slice_has_no_volume() -> None:
    with pytest.raises(GeometryError, match="two slices at least, found them on one"):
        contour_volume([_square(20.0, 0.0), _square(5.0, 0.0, 50.0)], 1.0)


def test_slices_that_are_not_parallel_are_refused_by_number() -> None:
    turn = math.radians(5)
    tilted = (1.0, 0.0, 0.0, 0.0, math.cos(turn), math.sin(turn))
    second = Contour(_square(20.0, 1.0).points, _at(1.0, tilted), SPACING, 7)
    with pytest.raises(GeometryError, match="slice 7 is tilted"):
        contour_volume([_square(20.0, 0.0), second], 1.0)


@pytest.mark.parametrize(("geometry", "spacing"), [(None, SPACING), (_at(1.0), None)])
def test_a_slice_without_place_or_size_is_refused(geometry: Geometry | None, spacing: Spacing | None) -> None:
    second = Contour(_square(20.0, 1.0).points, geometry, spacing, 4)
    with pytest.raises(GeometryError, match="slice 4 has none"):
        contour_volume([_square(20.0, 0.0), second], 1.0)


def test_contours_that_cross_are_refused() -> None:
    with pytest.raises(GeometryError, match="cross each other"):
        contour_volume([_square(20.0, 0.0), _square(20.0, 0.0, 20.0), _square(20.0, 1.0)], 1.0)


def test_a_contour_that_crosses_itself_is_refused() -> None:
    eight = tuple(Point(x, y) for x, y in ((0, 0), (10, 10), (10, 0), (0, 10)))
    with pytest.raises(GeometryError, match="crosses itself"):
        contour_volume([Contour(eight, _at(0.0), SPACING, 1), _square(20.0, 1.0)], 1.0)
