"""Greys of any window come to one scale of HU; a pixel's size is told from the body."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.nodules.detector import greys, scale


def test_the_scale_runs_from_minus_1000_to_400_hu():
    np.testing.assert_array_equal(
        greys.from_hu(np.array([-2000, -1000, -300, 400, 3000])), [0, 0, 128, 255, 255]
    )


def test_greys_come_back_as_hu_within_half_a_step():
    values = np.arange(-1000, 401, 7)
    assert np.abs(greys.to_hu(greys.from_hu(values)) - values).max() <= 1400 / 255 / 2 + 1e-3


@pytest.mark.parametrize(("gain", "offset"), [(0.1, 120), (0.05, 60), (0.17, 150)])
def test_lung_and_soft_tissue_come_to_their_hu_whatever_the_window(gain, offset):
    random = np.random.default_rng(1)
    hounsfield = np.where(np.arange(128) < 70, -870, 40) + random.normal(0, 15, (128, 128))
    picture = np.clip(hounsfield * gain + offset, 0, 255).astype(np.uint8)
    assert np.abs(greys.standardised(picture) - hounsfield).mean() < 30


def test_a_picture_of_one_grey_has_no_scale_and_does_no_harm():
    assert np.isfinite(greys.standardised(np.full((16, 16), 7, np.uint8))).all()


def test_a_body_of_300_pixels_has_pixels_of_1_2_mm():
    hounsfield = np.full((400, 400), -1000.0)
    hounsfield[100:300, 50:350] = 40
    assert scale.pixel_mm(hounsfield) == pytest.approx(1.2, abs=0.02)


def test_a_picture_without_a_body_is_taken_for_as_wide_as_one():
    assert scale.pixel_mm(np.full((100, 360), -1000.0)) == pytest.approx(1.0)


def test_a_speck_is_not_taken_for_a_body():
    hounsfield = np.full((100, 400), -1000.0)
    hounsfield[40:60, 40:60] = 40
    assert scale.pixel_mm(hounsfield) == pytest.approx(360 / 160)
