"""Fractions of a displayed area as pixels."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.overlays.area import in_pixels
from lungview.overlays.values import Figure, Look, Shape


def test_the_corners_of_an_area_are_its_fractions() -> None:
    figure = Figure(0, Shape.POINTS, np.array([(0.0, 0.0), (1.0, 1.0), (0.5, 0.25)]))
    found = in_pixels(figure, Look(area=(10, 20, 30, 60)), (100, 200))
    assert found.points == pytest.approx(np.array([(10, 20), (30, 60), (20, 30)]))


def test_without_an_area_the_whole_picture_is_shown() -> None:
    figure = Figure(0, Shape.POINTS, np.array([(1.0, 1.0)]))
    assert in_pixels(figure, Look(), (100, 200)).points == pytest.approx(np.array([(200, 100)]))
