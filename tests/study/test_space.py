"""Points and planes in the patient."""

from __future__ import annotations

import math

import pytest

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Spacing
from lungview.study.space import Place, Plane, coplanar, parallel, plane_of

AXIAL = Plane((0.0, 0.0, 10.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def _turned(degrees: float, centre: tuple[float, float, float]) -> Plane:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Plane(centre, (c, 0.0, s), (0.0, 1.0, 0.0))


def test_two_places_of_one_frame_of_reference_are_apart_by_their_distance() -> None:
    assert Place((0, 0, 0), "1.2").distance_mm(Place((3, 4, 12), "1.2")) == pytest.approx(13)


@pytest.mark.parametrize("other", ["1.3", ""])
def test_places_of_two_frames_of_reference_have_no_distance(other: str) -> None:
    assert Place((0, 0, 0), other).distance_mm(Place((3, 4, 12), "1.2")) is None


def test_the_normal_is_row_times_column() -> None:
    coronal = Plane((0, 0, 0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0))

    assert coronal.normal == (0.0, 1.0, 0.0)


def test_a_point_on_the_normals_side_is_above_the_plane() -> None:
    assert AXIAL.distance_mm((50.0, -20.0, 12.5)) == pytest.approx(2.5)


def test_planes_are_one_sheet_wherever_on_it_their_centres_are() -> None:
    assert coplanar(AXIAL, Plane((90.0, -40.0, 10.2), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)))


def test_planes_a_slice_apart_are_parallel_and_not_one() -> None:
    next_one = Plane((0.0, 0.0, 11.0), AXIAL.row, AXIAL.column)

    assert parallel(AXIAL, next_one)
    assert not coplanar(AXIAL, next_one)


def test_a_plane_turned_by_a_degree_is_not_parallel() -> None:
    assert parallel(AXIAL, _turned(0.3, AXIAL.centre))
    assert not parallel(AXIAL, _turned(1.0, AXIAL.centre))


def test_the_plane_of_a_slice_has_its_centre_in_the_middle_of_the_pixels() -> None:
    geometry = Geometry((-10.0, 5.0, 3.0), (0.0, 1.0, 0.0, 0.0, 0.0, -1.0))
    plane = plane_of(geometry, Spacing(2.0, 0.5, "PixelSpacing"), (11, 21), 4.0)

    assert plane.centre == pytest.approx((-10.0, 5.0 + 20 / 2 * 0.5, 3.0 - 10 / 2 * 2.0))
    assert plane.thickness_mm == 4.0


@pytest.mark.parametrize("column", [(0.0, 0.9, 0.0), (0.1, 0.99499, 0.0), (math.nan, 1.0, 0.0)])
def test_a_plane_needs_perpendicular_unit_vectors(column: tuple[float, float, float]) -> None:
    with pytest.raises(GeometryError, match="perpendicular"):
        Plane((0, 0, 0), (1.0, 0.0, 0.0), column)


@pytest.mark.parametrize("thickness", [-1.0, math.nan, math.inf])
def test_a_thickness_is_a_length(thickness: float) -> None:
    with pytest.raises(GeometryError, match="thickness"):
        Plane((0, 0, 0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), thickness)
