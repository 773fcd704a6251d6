"""The coronal map of blocks whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.lung.coronal import coronal_map


@pytest.fixture
def block() -> tuple[np.ndarray, np.ndarray]:
    """4 slices of 10 rows, 6 columns: of one corner three rows in ten are low."""
    lung = np.ones((4, 10, 6), bool)
    values = np.full(lung.shape, -850, np.int16)
    values[2:, ::4, 3:] = -960  # 3 of 10 rows; upper slices, the patient's left
    lung[0] = False
    return lung, values


def test_a_pixel_is_the_share_of_low_voxels_from_front_to_back(block) -> None:
    share = coronal_map(*block, (2.0, 1.5, 0.7), (-950, -500)).share
    assert share[:2, 3:] == pytest.approx(np.full((2, 3), 0.3))
    assert share[:2, :3] == pytest.approx(np.zeros((2, 3)))


def test_the_head_is_at_the_top_and_nothing_is_shown_beside_the_lung(block) -> None:
    found = coronal_map(*block, (2.0, 1.5, 0.7), (-950, -500))
    assert np.isnan(found.share[-1]).all()
    assert not np.isnan(found.share[:-1]).any()
    assert found.mm == (2.0, 0.7)


def test_vessels_count_for_no_share(block) -> None:
    lung, values = block
    values[2:, 6:, 3:] = np.where(values[2:, 6:, 3:] < -950, -960, 30)
    share = coronal_map(lung, values, (2.0, 1.5, 0.7), (-950, -500)).share
    assert share[:2, 3:] == pytest.approx(np.full((2, 3), 3 / 7))  # rows 0, 4 and 8 of 0 to 5 and 8


def test_an_edge_of_less_than_ten_millimetres_is_not_shown(block) -> None:
    lung, values = block
    lung[:, 6:, 0] = False  # 6 rows of 1.5 mm are left
    lung[:, 7:, 1] = False  # 7
    share = coronal_map(lung, values, (2.0, 1.5, 0.7), (-950, -500)).share
    assert np.isnan(share[0]).tolist() == [True, False, False, False, False, False]
