"""What a slab holds of lines and points: cut in mm, exactly where its faces are, all lines in one go."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lungview.study.strands import Strands, ellipse, ring, within

TILT = np.array([0.36, 0.48, 0.8])  # a unit vector
FLAT = (0.0, 0.0, 1.0)
ORIGIN = (5.0, -7.0, 11.0)


def line(*points: tuple[float, float, float]) -> np.ndarray:
    return np.array(points, float)


def test_a_ring_ends_where_it_begins() -> None:
    assert ring(line((1, 2), (3, 4), (5, 0))).tolist() == [[1, 2], [3, 4], [5, 0], [1, 2]]


def test_an_ellipse_runs_round_its_middle_through_the_ends_of_its_axes() -> None:
    around = ellipse(np.array([10.0, 20.0]), line((3, 4), (-8, 6)))  # of 5 and 10, at a right angle
    assert around[[0, 24, 48, 72, 96]] == pytest.approx(line((13, 24), (2, 26), (7, 16), (18, 14), (13, 24)))
    away = around - (10, 20)
    assert (away @ (0.6, 0.8) / 5) ** 2 + (away @ (-0.8, 0.6) / 10) ** 2 == pytest.approx(np.ones(97))


@pytest.mark.parametrize("half", [0.4, 2.5, 10.0])
@pytest.mark.parametrize("normal", [FLAT, (1.0, 0.0, 0.0), (0.6, 0.0, 0.8)])
def test_a_rod_is_cut_where_it_leaves_the_slab(half: float, normal: tuple[float, float, float]) -> None:
    rod = np.stack([np.array(ORIGIN) - 60 * TILT, np.array(ORIGIN) + 60 * TILT])
    found = within(Strands.of([rod]), ORIGIN, normal, half)
    along = half / float(TILT @ normal)  # mm on the rod from the sheet to the face
    assert found.points_mm == pytest.approx(np.array(ORIGIN) + np.outer([-along, along], TILT), abs=1e-5)
    assert (found.counts.tolist(), found.whole.tolist()) == ([2], [False])


def test_a_line_that_comes_and_goes_is_several_pieces() -> None:
    zigzag = line((0, 0, -5), (10, 0, 5), (20, 0, 5), (30, 0, -5))
    found = within(Strands.of([zigzag]), (0.0, 0.0, 0.0), FLAT, 1.0)
    assert (found.counts.tolist(), found.line.tolist()) == ([2, 2], [0, 0])
    assert found.points_mm[:, 0] == pytest.approx([4, 6, 24, 26], abs=1e-5)


def test_segments_that_meet_inside_are_one_piece_and_all_of_a_line_is_whole() -> None:
    inside = line((0, 0, 0.5), (3, 0, 0.5), (3, 4, -0.5))
    passing = line((0, 0, 0), (2, 0, 0.9), (4, 0, 1.8))
    found = within(Strands.of([inside, passing]), (0.0, 0.0, 0.0), FLAT, 1.0)
    assert (found.counts.tolist(), found.whole.tolist()) == ([3, 3], [True, False])
    assert found.points_mm[:3] == pytest.approx(inside)
    assert found.points_mm[5] == pytest.approx((20 / 9, 0, 1), abs=1e-5)


@pytest.mark.parametrize(
    ("z", "seen"), [(-1.01, False), (-1.0, True), (0.0, True), (1.0, True), (1.01, False)]
)
def test_points_and_level_lines_are_seen_to_half_the_thickness(z: float, seen: bool) -> None:
    found = within(Strands.of([line((1, 2, z)), line((0, 0, z), (9, 0, z))]), (0.0, 0.0, 0.0), FLAT, 1.0)
    assert found.line.tolist() == ([1, 0] if seen else [])
    assert found.whole.all()


def test_nothing_is_cut_of_nothing() -> None:
    found = within(Strands.of([]), ORIGIN, FLAT, 1.0)
    assert (len(found.points_mm), len(found.counts)) == (0, 0)
    assert found.dots(found.points_mm[:, :2]).tolist() == []


def test_ten_thousand_points_and_a_thousand_lines_are_cut_in_one_call() -> None:
    """As one by one by hand."""
    random = np.random.default_rng(3)
    dots = random.uniform(-50, 50, (10_000, 3))
    lines = [random.uniform(-50, 50, (int(n), 3)) for n in random.integers(2, 9, 1000)]
    found = within(Strands.of([*dots[:, None], *lines]), (1.0, 2.0, 3.0), tuple(TILT), 4.0)
    depth = (dots - (1, 2, 3)) @ TILT
    single = found.line < 10_000
    assert sorted(found.line[single].tolist()) == np.flatnonzero(np.abs(depth) <= 4).tolist()
    assert np.abs((found.points_mm - (1, 2, 3)) @ TILT).max() <= 4 + 1e-5
    assert _length(found.points_mm, found.counts) == pytest.approx(sum(map(_inside, lines)), rel=1e-3)


def _length(points: np.ndarray, counts: np.ndarray) -> float:
    parts = np.split(points, np.cumsum(counts)[:-1])
    return float(sum(np.linalg.norm(np.diff(part, axis=0), axis=1).sum() for part in parts))


def _inside(points: np.ndarray) -> float:
    """mm of a line within the slab, by ten thousand samples of each segment."""
    total, shares = 0.0, (np.arange(10_000) + 0.5)[:, None] / 10_000
    for one, other in itertools.pairwise(points):
        depth = (one + shares * (other - one) - (1, 2, 3)) @ TILT
        total += float(np.linalg.norm(other - one)) * float((np.abs(depth) <= 4).mean())
    return total


def test_what_is_a_point_on_the_picture_is_told_with_its_middle() -> None:
    """Head on, at a slant, along the plane; a small one that is whole is a line, not a point."""
    head_on, slanting = line((2, 2, -0.5), (2, 2, 0.5)), line((0, 0, -9), (9, 6, 9))
    shallow, small = line((0, 0, -9), (90, 60, 9)), line((0, 0, 0), (1.5, 0, 0))
    found = within(
        Strands.of([head_on, slanting, shallow, small, line((4, 4, 0))]), (0.0, 0.0, 0.0), FLAT, 1.0
    )
    pixels = found.points_mm[:, :2]
    assert found.dots(pixels).tolist() == [True, True, False, False, True]
    assert found.middles(pixels) == pytest.approx(
        np.array([(2, 2), (4.5, 3), (45, 30), (0.75, 0), (4, 4)]), abs=1e-5
    )
