"""Profiles against phantoms whose values along a line are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from lungview.image.slice import Instance, Slice, Spacing
from lungview.marks.annotation import Point
from lungview.marks.derived.profile import profile


def _slice(values: np.ndarray, spacing: Spacing | None = None, padding: np.ndarray | None = None) -> Slice:
    return Slice(Instance(Path("a.dcm")), values.astype(np.float32), "HU", spacing, padding=padding)


def test_along_a_ramp_the_profile_is_the_ramp() -> None:
    ramp = np.tile(10.0 * np.arange(100), (50, 1))  # 10 HU a column: the pixel's centre is at c + 0.5
    found = profile(_slice(ramp, Spacing(0.8, 0.5, "PixelSpacing")), Point(10.5, 20.0), Point(70.5, 20.0))
    assert found is not None
    assert (found.unit, found.value_unit) == ("mm", "HU")
    assert found.at[-1] == pytest.approx(30.0)  # 60 columns of 0.5 mm
    assert found.values == pytest.approx(100.0 + 10.0 * found.at / 0.5, abs=1e-6)


def test_a_slanting_profile_is_what_scipy_interpolates() -> None:
    values = np.random.default_rng(3).normal(0, 100, (60, 80)).astype(np.float32)
    found = profile(_slice(values), Point(5.3, 7.9), Point(70.1, 44.2))
    assert found is not None
    share = np.linspace(0, 1, len(found.values))
    places = np.array([7.9 + share * 36.3, 5.3 + share * 64.8]) - 0.5
    assert found.values == pytest.approx(map_coordinates(values.astype(float), places, order=1), abs=1e-9)


def test_a_disc_of_20_mm_is_20_mm_wide_at_half_height() -> None:
    y, x = np.mgrid[0:100, 0:100] + 0.5
    disc = np.where(np.hypot(x - 50, y - 50) <= 20, -700.0, 40.0)
    found = profile(_slice(disc, Spacing(0.5, 0.5, "PixelSpacing")), Point(10, 50.5), Point(90, 50.5))
    assert found is not None
    low = found.at[found.values < -330]
    assert low[-1] - low[0] == pytest.approx(20.0, abs=0.5)


def test_outside_the_picture_and_on_padding_there_is_no_value() -> None:
    padding = np.zeros((10, 10), bool)
    padding[:, 7:] = True
    found = profile(_slice(np.ones((10, 10)), padding=padding), Point(-5, 5), Point(10, 5))
    assert found is not None
    known = np.isfinite(found.values)
    at = -5 + found.at
    assert known.tolist() == ((at >= 0) & (at < 7)).tolist()


def test_a_line_wholly_outside_has_no_value_at_all() -> None:
    found = profile(_slice(np.ones((10, 10))), Point(20, 20), Point(30, 20))
    assert found is not None
    assert np.isnan(found.values).all()


def test_a_line_of_any_length_has_a_bounded_number_of_samples() -> None:
    found = profile(_slice(np.ones((10, 10))), Point(0, 0), Point(1e9, 5))
    assert found is not None
    assert len(found.values) == 8192


def test_colour_and_a_point_have_no_profile() -> None:
    colour = Slice(Instance(Path("a.png")), np.zeros((4, 4, 3), np.uint8))
    assert profile(colour, Point(0, 0), Point(3, 3)) is None
    assert profile(_slice(np.ones((4, 4))), Point(1, 1), Point(1, 1)) is None
