"""What holds for every measure whatever is drawn, found against NumPy by brute force."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lungview.image.slice import Instance, Slice, Spacing
from lungview.marks import measure
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind

NOISE = np.random.default_rng(3).normal(-600, 200, (24, 32)).astype(np.float32)
# Pixel centres lie at halves: quarters never fall on an edge's tie.
coordinates = st.integers(-20, 160).map(lambda n: n / 4 + 0.0625)
points = st.builds(Point, coordinates, coordinates)
spacings = st.builds(Spacing, st.floats(0.1, 5), st.floats(0.1, 5), st.just("PixelSpacing"))


def _slice(spacing: Spacing | None = None) -> Slice:
    return Slice(Instance(Path("a.dcm")), NOISE.copy(), "HU", spacing)


@given(points, points, spacings)
def test_a_length_is_the_norm_of_the_step_in_mm(a: Point, b: Point, spacing: Spacing) -> None:
    expected = np.linalg.norm([(b.x - a.x) * spacing.column, (b.y - a.y) * spacing.row])

    assert measure.length(_slice(spacing), a, b).value == pytest.approx(expected)
    assert measure.length(_slice(spacing), b, a).value == pytest.approx(expected)


@given(points, points, points, spacings)
def test_an_angle_is_that_between_the_arms_as_numpy_has_it(
    a: Point, vertex: Point, b: Point, spacing: Spacing
) -> None:
    one = np.array([(a.x - vertex.x) * spacing.column, (a.y - vertex.y) * spacing.row])
    other = np.array([(b.x - vertex.x) * spacing.column, (b.y - vertex.y) * spacing.row])
    assume(np.linalg.norm(one) > 0)
    assume(np.linalg.norm(other) > 0)
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)

    found = measure.angle(_slice(spacing), a, vertex, b)
    assert found == pytest.approx(math.degrees(math.acos(np.clip(cosine, -1, 1))), abs=1e-4)


def _inside(kind: Kind, a: Point, b: Point) -> np.ndarray:
    """Which of NOISE's pixel centres lie in the box, or in its ellipse, one by one."""
    left, right, top, bottom = min(a.x, b.x), max(a.x, b.x), min(a.y, b.y), max(a.y, b.y)
    mask = np.zeros(NOISE.shape, bool)
    for row, column in np.ndindex(NOISE.shape):
        x, y = column + 0.5, row + 0.5
        if kind is Kind.RECTANGLE:
            mask[row, column] = left <= x < right and top <= y < bottom
        elif right > left and bottom > top:
            across, down = (
                (x - (left + right) / 2) / (right - left),
                (y - (top + bottom) / 2) / (bottom - top),
            )
            mask[row, column] = across**2 + down**2 <= 0.25
    return mask


@given(st.sampled_from([Kind.RECTANGLE, Kind.ELLIPSE]), points, points)
def test_statistics_are_numpys_of_the_pixels_whose_centres_are_inside(kind: Kind, a: Point, b: Point) -> None:
    values = NOISE[_inside(kind, a, b)].astype(np.float64)
    found = measure.statistics(_slice(), Annotation(kind, (a, b)))

    if values.size == 0:
        assert found is None
        return
    assert found is not None
    assert found.count == values.size
    assert found.mean == pytest.approx(values.mean())
    assert found.deviation == pytest.approx(values.std(), abs=1e-9)
    assert (found.minimum, found.maximum) == (values.min(), values.max())


@given(st.lists(points, min_size=3, max_size=7), spacings)
def test_a_polygons_area_does_not_depend_on_where_it_begins_or_which_way_it_goes(
    corners: list[Point], spacing: Spacing
) -> None:
    def area(points_: list[Point]) -> float:
        return measure.area(_slice(spacing), Annotation(Kind.POLYGON, tuple(points_))).value

    assert area(corners[1:] + corners[:1]) == pytest.approx(area(corners), abs=1e-6)
    assert area(corners[::-1]) == pytest.approx(area(corners), abs=1e-6)


@given(points, points)
def test_a_rectangle_as_a_polygon_has_the_same_pixels_and_area(a: Point, b: Point) -> None:
    box = Annotation(Kind.RECTANGLE, (a, b))
    corners = (a, Point(b.x, a.y), b, Point(a.x, b.y))
    polygon = Annotation(Kind.POLYGON, corners)

    assert measure.area(_slice(), polygon).value == pytest.approx(measure.area(_slice(), box).value)
    assert measure.statistics(_slice(), polygon) == measure.statistics(_slice(), box)
