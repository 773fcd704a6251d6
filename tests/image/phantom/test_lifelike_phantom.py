"""The lifelike phantom: its nodules are as large as they say, and it looks like a scan where they lie."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.image.phantom import Thorax
from lungview.image.phantom.canvas import LUNG, canvas_of
from lungview.image.phantom.nodules import CALCIFIED, NODULES, SMOOTH
from lungview.image.phantom.reconstruct import scanned

THORAX = Thorax(slices=24, matrix=256, slice_spacing=2.5, noise=14.0, lifelike=True)


@pytest.mark.parametrize("ball", [SMOOTH, CALCIFIED], ids=lambda n: n.name)
def test_the_volume_of_a_ball_is_that_of_a_ball(ball):
    assert ball.volume_mm3 == pytest.approx(4 / 3 * np.pi * ball.radius**3, rel=0.002)


@pytest.mark.parametrize("ball", [SMOOTH, CALCIFIED], ids=lambda n: n.name)
def test_the_axes_of_a_ball_are_its_diameter(ball):
    assert ball.axes_mm == pytest.approx((2 * ball.radius, 2 * ball.radius), rel=0.001)


@pytest.mark.parametrize("matrix", [256, 320, 720])
@pytest.mark.parametrize("nodule", NODULES, ids=lambda n: n.name)
def test_the_truth_is_what_is_drawn_whatever_the_pixels(nodule, matrix):
    step, count = 0.5, round(4 * nodule.radius)
    shares = 0.0
    for k in range(count):
        canvas = canvas_of(matrix)
        canvas.pixels[:] = LUNG
        nodule.draw(canvas, nodule.centre[2] + step * (k - count / 2 + 0.5))
        shares += float(np.mean((canvas.pixels - LUNG) / (nodule.hu - LUNG))) * canvas.pixels.size
    assert shares / canvas.scale**2 * step == pytest.approx(nodule.volume_mm3, rel=0.01)


@pytest.mark.parametrize("nodule", NODULES, ids=lambda n: n.name)
def test_a_nodule_lies_where_it_is_said_to_lie(nodule):
    x, y, z = THORAX.place_mm(nodule)
    first = np.array(THORAX.position(0))
    column, row = (np.array((x, y)) - first[:2]) / THORAX.pixel_spacing
    index = round((z - first[2]) / THORAX.step)
    if not 0 <= index < THORAX.slices:
        pytest.skip("outside of a short series")
    assert THORAX.hu(index)[round(row), round(column)] > LUNG + 500


def test_the_same_lifelike_phantom_has_the_same_values():
    again = Thorax(slices=24, matrix=256, slice_spacing=2.5, noise=14.0, lifelike=True)
    assert np.array_equal(THORAX.hu(3), again.hu(3))


def test_the_old_phantom_is_named_as_before():
    assert "lifelike" not in repr(Thorax())


def test_a_scan_keeps_even_tissue_and_has_the_noise_that_was_asked_for():
    values = np.full((256, 256), 40.0, np.float32)
    seen = scanned(values, 14.0, 1, 0)[64:192, 64:192]
    assert seen.mean() == pytest.approx(40, abs=1)
    assert seen.std() == pytest.approx(14, rel=0.1)


def test_outside_of_the_circle_of_a_scan_is_air():
    assert scanned(np.zeros((128, 128), np.float32), 10.0, 1, 0)[0, 0] == -1024
