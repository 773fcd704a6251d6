"""The numbers that the judge sees: what a ball, a dense ball and a spiky one must give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lungview.nodules.descriptors import descriptors
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.segment import outline
from tests.nodules.phantoms import GLASS, ball, middle


def described(diameter_mm: float, **look: float) -> dict[str, float]:
    scan, spacing = ball(diameter_mm, **look)
    return descriptors(Nodule(scan, outline(scan, spacing, middle(scan))))


def test_a_ball_has_the_size_and_the_shape_of_one():
    found = described(12.0)
    assert 12 <= math.exp(found["log_long"]) < 14  # readers draw around the blur, and so does the outline
    assert math.pi / 6 * 12**3 <= math.exp(found["log_volume"]) < math.pi / 6 * 14**3
    assert found["flat"] > 0.9
    assert found["elongation"] == pytest.approx(1, abs=0.15)
    assert found["spikes"] < 0.1
    assert found["touching"] < 0.05


@pytest.mark.parametrize(("hu", "name"), [(500.0, "calcium"), (GLASS, "glass")])
def test_what_it_is_made_of_is_told_by_a_share(hu, name):
    assert described(12.0, hu=hu)[name] > 0.6
    assert described(12.0)[name] < 0.1


def test_a_soft_rim_is_less_steep():
    assert described(14.0, blur_mm=1.6)["edge"] < described(14.0, blur_mm=0.4)["edge"]


def test_the_slope_is_steepest_where_the_nodule_ends():
    sharp, soft = described(16.0, blur_mm=0.4), described(16.0, blur_mm=1.6)
    slopes = [sharp[f"slope_{k}"] for k in range(8)]
    assert 3 <= int(np.argmax(slopes)) <= 4  # a millimetre inside or outside of the outline
    assert max(slopes) > 1.5 * max(soft[f"slope_{k}"] for k in range(8))
    assert slopes[0] < 0.5 * max(slopes)


def test_the_spread_of_its_hu_tells_a_ball_of_two_substances_from_one():
    scan, spacing = ball(16.0)
    z, y, x = middle(scan)
    own = outline(scan, spacing, (z, y, x))
    mixed = scan.copy()
    mixed[:, :, :x][scan[:, :, :x] > -100] = -80.0  # fat
    one, two = descriptors(Nodule(scan, own)), descriptors(Nodule(mixed, own))
    assert two["fat"] > 0.25 > one["fat"] + 0.1
    assert two["hu_p50"] < one["hu_p50"] - 0.5  # the outer quarter is the blurred rim
    assert described(12.0, hu=500.0)["calcium_share"] > 0.4


def test_a_nodule_on_the_wall_touches_it():
    scan, spacing = ball(12.0)
    at = middle(scan)
    walled = scan.copy()
    walled[:, :, at[2] + 8 :] = 40.0
    own = outline(walled, spacing, at)
    assert descriptors(Nodule(walled, own))["touching"] > described(12.0)["touching"] + 0.03


def test_every_number_is_finite_of_the_smallest_nodule():
    assert np.isfinite(list(described(4.0).values())).all()


def test_an_outline_of_one_voxel_has_finite_numbers():
    mask = np.zeros((3, 3, 3), bool)
    mask[1, 1, 1] = True
    one = Outline(mask, (4, 4, 4), (12, 12, 12), (5.0, 2.0, 2.0), -850.0, 0.0)
    hu = np.full((12, 12, 12), -850.0)
    hu[5, 5, 5] = 0
    found = descriptors(Nodule(hu, one))
    assert all(math.isfinite(value) for value in found.values())
    assert found["elongation"] == pytest.approx(2.5)
