"""Where a finding may lie on one slice: also in a lung that is air no more."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.nodules.detector import region

PIXEL_MM = 1.0


def thorax(right_share: float) -> np.ndarray:
    """HU of a body with two lungs, 80 mm high; of the right one only that share, from its top, holds air."""
    y, x = np.mgrid[:256, :320].astype(float)
    hu = np.full(y.shape, -1000.0)
    hu[((y - 128) / 95) ** 2 + ((x - 160) / 140) ** 2 < 1] = 40
    for middle, share in ((95, right_share), (225, 1.0)):
        lung = ((y - 128) / 55) ** 2 + ((x - middle) / 45) ** 2 < 1
        hu[lung & (y < 128 - 55 + 110 * share)] = -850
    return hu


def searched(hu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lungs = region.lungs_of_slice(hu, PIXEL_MM)
    return lungs, region.with_lost_side(lungs, hu, PIXEL_MM)


def test_two_whole_lungs_are_searched_as_they_are():
    lungs, wide = searched(thorax(1.0))
    np.testing.assert_array_equal(wide, lungs)


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_where_a_lung_is_lost_the_other_one_s_mirror_image_is_searched(share):
    lungs, wide = searched(thorax(share))
    assert not lungs[160, 95]
    assert wide[160, 95]
    np.testing.assert_array_equal(wide[:, 161:], lungs[:, 161:])
    assert wide.sum() == pytest.approx(2 * lungs[:, 161:].sum(), rel=0.05)


def test_what_is_no_body_is_never_searched():
    hu = thorax(0.0)
    hu[:, :60] = -1000
    lungs, wide = searched(hu)
    assert not wide[:, :60].any()
    assert wide.sum() > lungs.sum()


def test_without_lungs_there_is_nothing_to_mirror():
    hu = np.full((64, 64), 40.0)
    assert not region.with_lost_side(np.zeros((64, 64), bool), hu, PIXEL_MM).any()


def test_of_a_picture_a_dense_part_on_the_chest_wall_is_searched():
    hu = thorax(1.0)
    y, x = np.mgrid[:256, :320]
    hu[((y - 128) ** 2 + (x - 268) ** 2 < 20**2) & (hu < 0)] = 40
    grey = np.clip((hu + 1400) / 1600 * 255, 0, 255).astype(np.uint8)
    air = region.lungs_of_slice(hu, PIXEL_MM)
    found = region.lungs_of_picture(grey, hu, PIXEL_MM)
    assert not region.around(air, PIXEL_MM)[128, 260]
    assert found[128, 260]
    assert found[air].all()
