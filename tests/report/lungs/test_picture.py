"""The coronal map as colours, the histogram as bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.lung.coronal import CoronalMap
from lungview.lung.quantify import AIRY_HU, LEAST_HU, LOW_HU
from lungview.report.lungs.picture import COLOURS, bars, legend, map_picture
from tests.report.lungs.conftest import scan


def test_a_share_has_its_colour_on_the_scale_and_beside_the_lung_is_none() -> None:
    share = np.full((10, 10), 0.25, np.float32)
    share[0], share[1] = np.nan, 0.0
    found = map_picture(CoronalMap(share, (1.0, 1.0)))
    assert found.top == 0.25
    assert (found.rgba[0, :, 3] == 0).all()
    assert found.rgba[1, 0].tolist() == [*COLOURS[0].tolist(), 255]
    assert found.rgba[5, 0].tolist() == [*COLOURS[255].tolist(), 255]


@pytest.mark.parametrize(("most", "top"), [(0.0, 0.1), (0.09, 0.1), (0.3, 0.5), (0.9, 1.0)])
def test_the_scale_is_the_least_that_holds_the_map(most: float, top: float) -> None:
    assert map_picture(CoronalMap(np.full((5, 5), most, np.float32), (1.0, 1.0))).top == top


def test_pixels_are_square_so_that_lungs_have_their_shape() -> None:
    found = map_picture(CoronalMap(np.zeros((50, 200), np.float32), (2.0, 0.5)))
    assert found.rgba.shape[:2] == (200, 200)
    assert found.mm == 0.5


def test_the_legend_is_in_per_cent_and_says_that_more_has_the_last_colour() -> None:
    assert [text for _, text in legend(0.25)] == ["0 %", "12.5 %", "≥ 25 %"]
    assert [text for _, text in legend(1.0)][-1] == "100 %"


def test_the_bars_are_shares_of_all_airy_voxels() -> None:
    detail = scan(share=0.1).detail
    assert detail is not None
    found = bars(detail)
    assert found.shares.sum() == pytest.approx(1.0)
    assert found.shares[found.edges[1:] <= -950].sum() == pytest.approx(0.1)
    assert found.shares[(found.edges[:-1] <= -850) & (found.edges[1:] > -850)].sum() == pytest.approx(0.9)


@pytest.mark.parametrize("hu", [-953, -952, -951, -950, -949])
def test_the_bars_below_950_hold_what_is_below_it_whatever_the_value(hu):
    counts = np.zeros(AIRY_HU - LEAST_HU, np.int64)
    counts[hu - LEAST_HU] = 3
    counts[-700 - LEAST_HU] = 7
    detail = scan().detail
    assert detail is not None
    found = bars(replace(detail, counts=counts))
    assert found.shares[found.edges[1:] <= LOW_HU].sum() == pytest.approx(0.3 if hu < LOW_HU else 0.0)
