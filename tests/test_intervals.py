"""Intervals that are intervals at the edge too."""

from __future__ import annotations

import pytest

from lungview.intervals import of_area, wilson


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_the_published_one(
    right: int, total: int, low: float, high: float
) -> None:
    assert wilson(right / total, total) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_the_interval_is_everything() -> None:
    assert wilson(0.0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("area", "low", "high"), [(1.0, 0.7575, 1.0), (0.0, 0.0, 0.2425)])
def test_every_pair_of_twelve_and_twelve_in_order_is_no_certainty(
    area: float, low: float, high: float
) -> None:
    """12 / (12 + 1.96²) = 0.7575."""
    assert of_area(area, 0.0, 12, 12) == pytest.approx((low, high), abs=1e-4)


def test_one_pair_of_many_out_of_order_is_hardly_more_certain() -> None:
    low, high = of_area(1 - 1 / 144, 0.007, 12, 12)
    assert low < 0.8
    assert high == 1.0


def test_scores_that_are_all_equal_have_hanley_and_mcneils_interval() -> None:
    """At an area of a half: (1/4 + 2 · 9 · (1/3 − 1/4)) / 100 = 0.0175."""
    half = 1.959964 * 0.0175**0.5
    assert of_area(0.5, 0.0, 10, 10) == pytest.approx((0.5 - half, 0.5 + half))
