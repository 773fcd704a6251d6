"""The surface of two boxes of lung: where it is, and how far places are from it."""

import numpy as np
import pytest

from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.nodules.growth.surface import surface
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))


def found():
    """Right lung: x from 30 to 60 mm, y from 30 to 90 mm, z over the whole scan of 90 mm."""
    labels = np.zeros((30, 40, 60), np.uint8)
    labels[:, 10:30, 10:20] = RIGHT
    labels[:, 10:30, 40:50] = LEFT
    volume = Volume(np.zeros(labels.shape, np.int16), (3.0, 3.0, 3.0), (1.5, 1.5, 1.5), AXES)
    return surface(volume, LungMask(labels))


@pytest.mark.parametrize(
    ("place", "mm"),
    [
        ((46.5, 60.0, 45.0), -13.5),
        ((24.0, 60.0, 45.0), 6.0),
        ((45.0, 99.0, 45.0), 9.0),
        ((33.0, 60.0, 45.0), -3.0),
    ],
)
def test_a_distance_is_below_zero_inside_and_above_it_outside(place, mm: float) -> None:
    assert found().distance(np.array([place]), RIGHT)[0] == pytest.approx(mm, abs=0.2)


def test_each_lung_has_its_own_surface() -> None:
    assert found().distance(np.array([[45.0, 60.0, 45.0]]), LEFT)[0] == pytest.approx(75.0, abs=0.2)


def test_beyond_the_scan_no_distance_is_known() -> None:
    assert np.isnan(found().distance(np.array([[45.0, 60.0, 200.0]]), RIGHT)[0])


def test_the_end_of_a_scan_is_no_surface() -> None:
    points = found().points[RIGHT]
    inner = (abs(points[:, 0] - 45) < 12) & (abs(points[:, 1] - 60) < 27)
    assert len(points)
    assert not inner.any()
