"""Measures against numbers worked out by hand, and against NumPy and scikit-image."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from skimage.draw import polygon2mask

from lungview.image.slice import Instance, Region, Slice, Spacing
from lungview.marks import measure
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind

RNG = np.random.default_rng(7)


def _slice(values: np.ndarray, spacing: Spacing | None = None, padding: np.ndarray | None = None) -> Slice:
    return Slice(Instance(Path("a.dcm")), values, "HU", spacing, padding=padding)


def _region(kind: Kind, *points: tuple[float, float]) -> Annotation:
    return Annotation(kind, tuple(Point(*p) for p in points))


FLAT = np.zeros((100, 100), np.float32)
UNEVEN = Spacing(2.0, 0.5, "PixelSpacing")  # rows 2 mm apart, columns 0.5 mm


def test_a_length_takes_both_spacings_into_account() -> None:
    found = measure.length(_slice(FLAT, UNEVEN), Point(10, 10), Point(16, 12))
    assert found == measure.Quantity(5.0, "mm", "PixelSpacing")  # 6 × 0.5 = 3 and 2 × 2 = 4


def test_a_length_without_a_spacing_is_in_pixels() -> None:
    assert measure.length(_slice(FLAT), Point(0, 0), Point(3, 4)) == measure.Quantity(5.0, "px")


def test_a_length_at_the_detector_says_so() -> None:
    spacing = Spacing(0.1, 0.1, "ImagerPixelSpacing")
    assert measure.length(_slice(FLAT, spacing), Point(0, 0), Point(10, 0)).source == "ImagerPixelSpacing"


@pytest.mark.parametrize(
    ("end", "degrees"),
    [((20, 10), 0.0), ((20, 20), 45.0), ((10, 20), 90.0), ((0, 10), 180.0), ((0, 0), 135.0)],
)
def test_an_angle_between_known_directions(end: tuple[float, float], degrees: float) -> None:
    found = measure.angle(_slice(FLAT), Point(20, 10), Point(10, 10), Point(*end))
    assert found == pytest.approx(degrees, abs=1e-9)


def test_an_angle_is_the_patients_not_the_pixels() -> None:
    found = measure.angle(_slice(FLAT, UNEVEN), Point(20, 10), Point(10, 10), Point(14, 11))
    assert found == pytest.approx(45.0)  # 4 × 0.5 mm right, 1 × 2 mm down


def test_an_arm_without_length_has_no_angle() -> None:
    assert measure.angle(_slice(FLAT), Point(1, 1), Point(1, 1), Point(5, 5)) is None


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (_region(Kind.RECTANGLE, (10, 10), (30, 20)), 200.0),
        (_region(Kind.ELLIPSE, (10, 10), (30, 20)), math.pi * 10 * 5),
        (_region(Kind.POLYGON, (0, 0), (10, 0), (0, 10)), 50.0),
        (_region(Kind.POLYGON, (0, 10), (10, 0), (0, 0)), 50.0),
    ],
)
def test_an_area_in_pixels_and_in_mm(region: Annotation, expected: float) -> None:
    assert measure.area(_slice(FLAT), region).value == pytest.approx(expected)
    found = measure.area(_slice(FLAT, UNEVEN), region)
    assert (found.value, found.unit) == (pytest.approx(expected), "mm²")  # 2 mm × 0.5 mm = 1 mm²


def test_a_disc_of_known_values_has_their_statistics() -> None:
    y, x = np.mgrid[0:100, 0:100] + 0.5
    values = np.where((x - 50) ** 2 + (y - 40) ** 2 <= 20**2, -700.0, 40.0).astype(np.float32)
    found = measure.statistics(_slice(values), _region(Kind.ELLIPSE, (30, 20), (70, 60)))
    assert found is not None
    assert (found.mean, found.deviation, found.minimum, found.maximum) == (-700.0, 0.0, -700.0, -700.0)
    assert found.count == int((values == -700).sum())


@pytest.mark.parametrize("seed", range(20))
def test_rectangle_statistics_are_numpys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(-600, 300, (64, 80)).astype(np.float32)
    x0, x1 = sorted(rng.integers(0, 80, 2))
    y0, y1 = sorted(rng.integers(0, 64, 2))
    found = measure.statistics(_slice(values), _region(Kind.RECTANGLE, (x0, y0), (x1 + 1, y1 + 1)))
    inside = values[y0 : y1 + 1, x0 : x1 + 1].astype(np.float64)
    assert found is not None
    assert found.count == inside.size
    assert found.mean == pytest.approx(inside.mean())
    assert found.deviation == pytest.approx(inside.std())
    assert (found.minimum, found.maximum) == (inside.min(), inside.max())


@pytest.mark.parametrize("seed", range(20))
def test_a_polygon_holds_the_pixels_that_scikit_image_finds(seed: int) -> None:
    corners = np.random.default_rng(seed).uniform(2, 60, (7, 2))
    region = Annotation(Kind.POLYGON, tuple(Point(x, y) for x, y in corners))
    mask = measure.inside(region, np.arange(64), np.arange(64))
    # scikit-image puts pixel centres on whole numbers
    assert np.array_equal(mask, polygon2mask((64, 64), corners[:, ::-1] - 0.5))


def test_padding_and_values_that_are_not_finite_are_left_out() -> None:
    values = np.array([[1, 2], [np.nan, 1000]], np.float32)
    padding = np.array([[False, False], [False, True]])
    found = measure.statistics(_slice(values, padding=padding), _region(Kind.RECTANGLE, (0, 0), (2, 2)))
    assert found == measure.Statistics(2, 1.5, 0.5, 1.0, 2.0)


@pytest.mark.parametrize("corner", [(-50.0, -50.0), (150.0, 150.0), (10.1, 10.1)])
def test_a_region_without_a_pixel_has_no_statistics(corner: tuple[float, float]) -> None:
    region = _region(Kind.ELLIPSE, corner, (corner[0] + 0.2, corner[1] + 0.2))
    assert measure.statistics(_slice(FLAT), region) is None


def test_a_region_half_beside_the_picture_counts_what_is_on_it() -> None:
    found = measure.statistics(_slice(FLAT), _region(Kind.RECTANGLE, (-10, -10), (5, 5)))
    assert found is not None
    assert found.count == 25


def test_colour_has_no_statistics() -> None:
    colour = Slice(Instance(Path("a.png")), np.zeros((4, 4, 3), np.uint8))
    assert measure.statistics(colour, _region(Kind.RECTANGLE, (0, 0), (4, 4))) is None


def test_a_large_region_of_large_values_keeps_its_mean() -> None:
    values = np.full((2000, 2000), 16777216.0, np.float32)
    values[::2] += 2
    found = measure.statistics(_slice(values), _region(Kind.RECTANGLE, (0, 0), (2000, 2000)))
    assert found is not None
    assert found.mean == 16777217.0


def test_the_value_under_a_point_is_that_of_its_pixel() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert measure.value_at(_slice(values), Point(3.99, 2.0)) == 11
    assert measure.value_at(_slice(values), Point(4.0, 2.0)) is None
    assert measure.value_at(_slice(values), Point(-0.01, 0.0)) is None


TALL = Slice(Instance(Path("a.dcm")), FLAT, ratio=2.0)


def test_an_angle_counts_the_shape_of_pixels_whose_size_is_not_known() -> None:
    found = measure.angle(TALL, Point(20, 10), Point(10, 10), Point(20, 20))
    assert found == pytest.approx(math.degrees(math.atan(2)))  # 63.4°: down is twice as long as across


def test_a_length_is_counted_in_pixels_whatever_their_shape() -> None:
    assert measure.length(TALL, Point(0, 0), Point(3, 4)) == measure.Quantity(5.0, "px")


SONOGRAM = Slice(
    Instance(Path("a.dcm")),
    FLAT,
    regions=(
        Region(0, 0, 50, 50, 0.5, 0.5),
        Region(50, 0, 100, 50, 0.5, 0.25),
        Region(20, 20, 30, 30, 0.1, 0.1),
        Region(2, 40, 20, 48, 0.0, 0.0),  # a spectrum
    ),
)


@pytest.mark.parametrize(
    ("start", "end", "value", "unit"),
    [
        ((0, 0), (3, 4), 2.5, "mm"),
        ((60, 0), (72, 8), 5.0, "mm"),
        ((10, 10), (50, 10), 20.0, "mm"),  # up to the border of a region
        ((10, 10), (60, 10), 50.0, "px"),  # from one region into another
        ((10, 60), (10, 90), 30.0, "px"),  # outside of all
        ((22, 22), (25, 26), 5.0, "px"),  # in two of different sizes
        ((22, 22), (22, 12), 10.0, "px"),  # into one that lies over another
        ((4, 42), (7, 46), 5.0, "px"),  # in one that has no size in mm
        ((4, 42), (4, 36), 6.0, "px"),  # out of it
    ],
)
def test_a_length_in_an_ultrasound_region_has_that_region_s_pixels(
    start: tuple[float, float], end: tuple[float, float], value: float, unit: str
) -> None:
    found = measure.length(SONOGRAM, Point(*start), Point(*end))
    assert (found.value, found.unit) == (pytest.approx(value), unit)


def test_an_area_and_an_angle_in_an_ultrasound_region_are_in_mm() -> None:
    rectangle = _region(Kind.RECTANGLE, (60, 10), (80, 20))
    assert measure.area(SONOGRAM, rectangle) == measure.Quantity(25.0, "mm²", "UltrasoundRegion")
    found = measure.angle(SONOGRAM, Point(80, 10), Point(60, 10), Point(80, 20))
    assert found == pytest.approx(45)


def test_of_two_lines_the_longer_in_mm_is_the_long_axis() -> None:
    """Eight columns of 0.5 mm are 4 mm; three rows of 2 mm are 6 mm."""
    across, down = (Point(10, 10), Point(18, 10)), (Point(14, 9), Point(14, 12))
    assert measure.axes(_slice(FLAT, UNEVEN), (*across, *down)) == (down, across)
    assert measure.axes(_slice(FLAT), (*across, *down)) == (across, down)


@pytest.mark.parametrize(("turn", "degrees"), [(0, 0.0), (25, 25.0), (90, 90.0), (155, 25.0), (180, 0.0)])
def test_the_angle_between_two_lines_is_at_most_a_right_one_wherever_they_lie(
    turn: int, degrees: float
) -> None:
    end = Point(50 + 20 * math.cos(math.radians(turn)), 70 + 20 * math.sin(math.radians(turn)))
    lines = (Point(5, 8), Point(35, 8), Point(50, 70), end)
    assert measure.between(_slice(FLAT), lines) == pytest.approx(degrees, abs=1e-6)


def test_a_line_without_length_has_no_angle_to_another() -> None:
    assert measure.between(_slice(FLAT), (Point(1, 1), Point(1, 1), Point(2, 2), Point(9, 2))) is None


def test_the_length_of_a_path_is_that_of_its_parts() -> None:
    path = (Point(10, 10), Point(16, 12), Point(16, 14), Point(10, 14))
    found = measure.path_length(_slice(FLAT, UNEVEN), path)
    assert found == measure.Quantity(5.0 + 4.0 + 3.0, "mm", "PixelSpacing")
    assert measure.path_length(_slice(FLAT), path).unit == "px"
