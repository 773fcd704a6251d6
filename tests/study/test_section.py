"""Sections of a ball in an oblique volume against the ball itself: its circle on every plane, in mm."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.study import section as sections
from lungview.study.section import Solid, lines, samples, section, solid, solid_in
from lungview.study.space import Plane, Projection
from lungview.study.volume import Volume

RADIUS = 14.0
CENTRE = np.array([31.3, -12.9, 208.4])
SPACING = (1.8, 0.7, 0.9)
SHAPE = (40, 70, 60)
PIXEL, PICTURE = 0.6, (200, 220)


def _turned(*degrees: float) -> np.ndarray:
    """(3, 3): turns about z, then y, then x; its columns are unit vectors at right angles."""
    c, s = (f(np.radians(degrees)) for f in (np.cos, np.sin))
    about_z = np.array([[c[0], -s[0], 0], [s[0], c[0], 0], [0, 0, 1]])
    about_y = np.array([[c[1], 0, s[1]], [0, 1, 0], [-s[1], 0, c[1]]])
    about_x = np.array([[1, 0, 0], [0, c[2], -s[2]], [0, s[2], c[2]]])
    return about_x @ about_y @ about_z


OBLIQUE = _turned(25, 35, -20)  # columns, rows, slices of the volume


@pytest.fixture(scope="module")
def ball() -> Solid:
    """All voxels whose centre is in the ball, off the grid's own places."""
    axes = tuple(tuple(float(v) for v in OBLIQUE[:, k]) for k in (2, 1, 0))
    matrix = np.array(axes).T * np.array(SPACING)
    origin = CENTRE + np.array([0.3, -0.2, 0.4]) - matrix @ ((np.array(SHAPE) - 1) / 2)
    empty = Volume(np.zeros(SHAPE, np.int16), SPACING, tuple(origin), axes)
    index = np.moveaxis(np.indices(SHAPE), 0, -1)
    inside = np.linalg.norm(empty.point_mm(index) - CENTRE, axis=-1) <= RADIUS
    first, last = zip(*((int(n.min()), int(n.max()) + 1) for n in np.nonzero(inside)), strict=True)
    return solid_in(empty, inside[tuple(map(slice, first, last))], first)


def _plane(axes: np.ndarray, away: float, thickness: float = 0.0) -> Plane:
    """A plane whose picture's middle is beside the ball's; away: from its centre along the normal, mm."""
    row, column = axes[:, 0], axes[:, 1]
    centre = CENTRE + np.cross(row, column) * away + row * 7.3 - column * 4.1
    return Plane(tuple(centre), tuple(row), tuple(column), thickness, Projection.MIN)


def _in_mm(plane: Plane, points: np.ndarray) -> np.ndarray:
    """(n, 3) of points of the picture, x and y, by the equation of the standard (C.7.6.2.1.1)."""
    x = (points[:, :1] - PICTURE[1] / 2) * PIXEL
    y = (points[:, 1:] - PICTURE[0] / 2) * PIXEL
    return np.asarray(plane.centre) + x * np.asarray(plane.row) + y * np.asarray(plane.column)


PLANES = {
    "axial": np.eye(3),
    "coronal": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "sagittal": np.array([[0.0, 0, 1], [1, 0, 0], [0, -1, 0]]),
    "the volume's own": OBLIQUE,
    "its rows and slices": OBLIQUE[:, [1, 2, 0]],
    "oblique": _turned(-50, 15, 70),
}


@pytest.mark.parametrize("name", PLANES)
@pytest.mark.parametrize("away", [-9.0, 0.0, 6.5])
def test_the_circle_on_a_plane_is_the_balls_within_a_voxel(ball: Solid, name: str, away: float) -> None:
    plane = _plane(PLANES[name], away)
    found = section(ball, plane, PICTURE, PIXEL)
    assert found is not None
    (line,) = lines(found.share, found.top, found.left)
    places = _in_mm(plane, line)
    middle = CENTRE + np.asarray(plane.normal) * away
    half = math.sqrt(RADIUS**2 - away**2)
    for axis in (np.asarray(plane.row), np.asarray(plane.column)):
        voxel = float(np.abs(ball.block.matrix.T @ axis).max())
        along = (places - middle) @ axis
        assert (along.min(), along.max()) == pytest.approx((-half, half), abs=voxel)
    rows, columns = np.nonzero(found.mask)
    points = np.stack([columns.mean() + found.left, rows.mean() + found.top])[None] + 0.5
    assert _in_mm(plane, points)[0] == pytest.approx(middle, abs=PIXEL / 2)


def test_a_mask_of_pixels_is_what_its_line_is_around(ball: Solid) -> None:
    found = section(ball, _plane(PLANES["oblique"], 2.0), PICTURE, PIXEL)
    assert found is not None
    area = found.mask.sum() * PIXEL**2
    assert area == pytest.approx(math.pi * (RADIUS**2 - 4.0), rel=0.02)


def test_of_a_slab_all_that_lies_in_it_is_shown(ball: Solid) -> None:
    """The ball's middle is 16 mm away: the slab's near side cuts it 6 mm from there."""
    assert section(ball, _plane(PLANES["coronal"], 16.0), PICTURE, PIXEL) is None
    found = section(ball, _plane(PLANES["coronal"], 16.0, 20.0), PICTURE, PIXEL)
    assert found is not None
    area = found.mask.sum() * PIXEL**2
    assert area == pytest.approx(math.pi * (RADIUS**2 - 36.0), rel=0.1)


def test_beside_the_ball_and_beside_the_picture_there_is_nothing(ball: Solid) -> None:
    assert section(ball, _plane(PLANES["axial"], 30.0), PICTURE, PIXEL) is None
    aside = replace(_plane(PLANES["axial"], 0.0), centre=tuple(CENTRE + np.array([20.0, 0.0, 0.0])))
    assert section(ball, aside, (4, 4), PIXEL) is None
    assert samples(ball, _plane(PLANES["axial"], 30.0), PICTURE, PIXEL) == 0


def test_at_the_pictures_edge_the_rest_of_it_is_left_out(ball: Solid) -> None:
    found = section(ball, _plane(PLANES["axial"], 0.0), (40, 30), PIXEL)
    assert found is not None
    assert (found.top + found.share.shape[0], found.left) == (40, 0)


def test_a_picture_costs_the_samples_of_the_solids_shadow(ball: Solid) -> None:
    """A voxel of nothing on either side: 2 × 14 mm and as much as the grid adds, in pixels of 0.6 mm."""
    one = samples(ball, _plane(PLANES["the volume's own"], 0.0), PICTURE, PIXEL)
    assert one == pytest.approx((2 * RADIUS / PIXEL) ** 2, rel=0.2)
    thick = samples(ball, _plane(PLANES["the volume's own"], 0.0, 18.0), PICTURE, PIXEL)
    assert thick == 10 * one  # a sheet for each voxel of 1.8 mm


def test_a_voxel_reaches_to_half_the_way_to_its_neighbours() -> None:
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    made = solid(np.ones((1, 1, 1), bool), origin=(10.0, 20.0, 30.0), spacing_mm=(2.0, 4.0, 6.0), axes=axes)
    assert made.centre == pytest.approx((10.0, 20.0, 30.0))
    found = section(made, Plane((10.0, 20.0, 30.0), (1, 0, 0), (0, 0, 1)), (101, 101), 0.1)
    assert found is not None
    rows, columns = np.nonzero(found.mask)
    assert (np.ptp(rows) * 0.1, np.ptp(columns) * 0.1) == pytest.approx((2.0, 6.0), abs=0.11)


def test_a_hole_has_a_line_of_its_own_where_it_is_asked_for() -> None:
    ring = np.ones((20, 30), np.float32)
    ring[6:14, 8:20] = 0
    assert len(lines(ring, 3, 5)) == 1
    outer, inner = lines(ring, 3, 5, holes=True)
    assert (*outer.min(axis=0), *outer.max(axis=0)) == pytest.approx((5, 3, 35, 23), abs=0.2)
    assert (*inner.min(axis=0), *inner.max(axis=0)) == pytest.approx((13, 9, 25, 17), abs=0.3)


def test_a_region_too_large_to_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_VOXELS", 26)
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    with pytest.raises(GeometryError, match="27 voxels is too large: 26 are held"):
        solid(np.ones((3, 3, 3), bool), origin=(0.0, 0.0, 0.0), spacing_mm=(1.0, 1.0, 1.0), axes=axes)
