"""Planes along the voxels are cut the quick way, to the values of the general one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lungview.study.aligned import Axes, axes_of
from lungview.study.reformat import cut
from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
DIRECTIONS = [
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    ((0.0, -1.0, 0.0), (1.0, 0.0, 0.0)),
]
_UNNOTICED = 1e-7  # radians: no pixel moves by a thousandth of a voxel


@pytest.fixture(scope="module")
def volume() -> Volume:
    values = np.random.default_rng(5).integers(-1000, 1000, (14, 21, 17)).astype(np.int16)
    return Volume(values, (1.7, 0.6, 0.8), (3.0, -2.0, 9.0), AXES)


def _hardly_turned(direction: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
    """Turned out of the voxels' directions about both."""
    row, column = (np.asarray(each) for each in direction)
    normal = np.cross(row, column)
    row = math.cos(_UNNOTICED) * row + math.sin(_UNNOTICED) * (normal + column) / math.sqrt(2)
    row /= np.linalg.norm(row)
    column = column - (column @ row) * row
    return tuple(map(float, row)), tuple(map(float, column / np.linalg.norm(column)))  # type: ignore[return-value]


@pytest.mark.parametrize("projection", list(Projection))
@pytest.mark.parametrize("thickness", [0.0, 4.3])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_quick_way_gives_what_the_general_way_gives(
    volume: Volume, direction: tuple[Vector, Vector], thickness: float, projection: Projection
) -> None:
    centre = (9.1, 3.3, 19.4)
    quick = cut(volume, Plane(centre, *direction, thickness, projection), shape=(40, 50), pixel_mm=0.53)
    turned = Plane(centre, *_hardly_turned(direction), thickness, projection)
    general = cut(volume, turned, shape=(40, 50), pixel_mm=0.53)

    assert (quick.outside == general.outside).mean() > 0.99  # at the very edge a hair decides
    both = ~quick.outside & ~general.outside
    assert quick.values[both] == pytest.approx(general.values[both], abs=0.05)
    assert 0.1 < both.mean() < 1.0


def test_directions_are_matched_with_the_indices_that_grow_along_them() -> None:
    depth, down, across = np.array([[0, 0.5, 0], [-2.0, 0, 0], [0, 0, 1.0]])
    assert axes_of(depth, down, across) == Axes(1, 0, 2)


@pytest.mark.parametrize("down", [(0.0, 0.1, 1.0), (0.0, 0.0, 1.0)])
def test_a_direction_between_the_voxels_has_no_axes(down: Vector) -> None:
    assert axes_of(np.array([1.0, 0, 0]), np.array(down), np.array([0, 0, 1.0])) is None


def test_a_volume_of_one_voxel_across_is_cut_too() -> None:
    thin = Volume(np.full((1, 5, 6), 7, np.int16), (5.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES)
    shown = cut(thin, Plane((2.5, 2.0, 0.0), *DIRECTIONS[0]), shape=(5, 6), pixel_mm=1.0)
    assert (shown.values == 7).all()
