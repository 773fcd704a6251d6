"""A thorax whose lungs are as large and as emphysematous in each third as it was made."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image import phantom
from lungview.lung.lungs import lungs
from lungview.lung.quantify import Density, Detail, Quantities, quantify
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
THORAX = phantom.Thorax(slices=140, matrix=160, slice_spacing=2.0, noise=0.0)
LOWEST = 4  # slices that become tissue: the lungs of the phantom have no lower end
SHARES = (0.25, 0.10, 0.02)  # of −960 HU: upper, middle, lower third; the left lung has half as much


@lru_cache(maxsize=1)
def _truth() -> np.ndarray:
    """(slices, rows, columns) bool: the lungs."""
    lung = np.stack([THORAX.lung_share(index) >= 0.5 for index in range(THORAX.slices)])
    lung[:LOWEST] = False
    return lung


@lru_cache(maxsize=1)
def _volume() -> Volume:
    values, lung = phantom.volume(THORAX), _truth()
    values[lung] = -850
    for index in range(LOWEST):
        values[index][THORAX.lung_share(index) > 0] = 40
    heights = np.flatnonzero(lung.any(axis=(1, 2)))
    random = np.random.default_rng(7)
    for part, share in zip(np.array_split(heights, 3), reversed(SHARES), strict=True):
        shares = np.where(np.arange(THORAX.matrix) < THORAX.matrix // 2, share, share / 2)
        low = random.random((len(part), THORAX.matrix, THORAX.matrix)) < shares
        values[part] = np.where(lung[part] & low, -960, values[part])
    spacing = (THORAX.step, THORAX.pixel_spacing, THORAX.pixel_spacing)
    return Volume(values, spacing, (0.0, 0.0, 0.0), AXES)


@pytest.fixture(scope="module")
def found() -> Quantities:
    return quantify(_volume(), lungs(_volume()))


def _detail(found: Quantities) -> Detail:
    assert found.detail is not None
    return found.detail


def test_nothing_speaks_against_its_numbers(found: Quantities) -> None:
    assert found.coverage.reasons == ()


def test_each_lung_and_each_third_has_its_volume_to_one_per_cent(found: Quantities) -> None:
    truth, middle = _truth(), THORAX.matrix // 2
    voxel = _volume().voxel_mm3 / 1000
    heights = np.flatnonzero(truth.any(axis=(1, 2)))
    for thirds, side in (
        (_detail(found).right_thirds, truth[:, :, :middle]),
        (_detail(found).left_thirds, truth[:, :, middle:]),
    ):
        expected = [side[part].sum() * voxel for part in np.array_split(heights, 3)][::-1]
        assert sum(each.volume_ml for each in thirds) == pytest.approx(sum(expected), rel=0.01)
        assert [each.volume_ml for each in thirds] == pytest.approx(expected, rel=0.015)


@pytest.mark.parametrize("third", range(3))
def test_each_third_has_the_share_of_low_voxels_that_was_put_there(found: Quantities, third: int) -> None:
    detail = _detail(found)
    assert _laa(detail.right_thirds[third]) == pytest.approx(SHARES[third], rel=0.05)
    assert _laa(detail.left_thirds[third]) == pytest.approx(SHARES[third] / 2, rel=0.05)


def _laa(found: Density) -> float:
    assert found.laa950 is not None
    return found.laa950


def test_the_map_has_the_same_shares_where_they_are(found: Quantities) -> None:
    share = _detail(found).coronal.share
    rows, columns = share.shape[0] // 3, share.shape[1] // 2
    right = [np.nanmean(share[k * rows : (k + 1) * rows, :columns]) for k in range(3)]
    assert right == pytest.approx(SHARES, abs=0.02)


def test_the_mean_and_the_fifteenth_percentile_are_those_of_two_densities(found: Quantities) -> None:
    upper = _detail(found).right_thirds[0]
    assert upper.mean_hu == pytest.approx(0.25 * -960 + 0.75 * -850, abs=3)
    assert upper.perc15_hu == -960  # a quarter is below
    assert _detail(found).right_thirds[2].perc15_hu == -850


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (slice(0, 70), "the lungs reach the highest slice: they may go on beyond it"),
        (slice(60, None), "the lungs reach the lowest slice: they may go on beyond it"),
    ],
)
def test_part_of_the_lungs_is_a_reason_against_numbers(part: slice, reason: str) -> None:
    volume = replace(_volume(), values=_volume().values[part].copy())
    assert reason in quantify(volume, lungs(volume)).coverage.cut


def test_one_lung_alone_is_a_reason_against_numbers() -> None:
    values = _volume().values.copy()
    values[:, :, 80:][values[:, :, 80:] < -500] = 30
    volume = replace(_volume(), values=values)
    assert quantify(volume, lungs(volume)).coverage.absent == ("no left lung found",)


def test_thick_slices_are_a_reason_against_numbers() -> None:
    volume = replace(
        _volume(), values=_volume().values[::2].copy(), spacing_mm=(4.0, *_volume().spacing_mm[1:])
    )
    assert quantify(volume, lungs(volume)).coverage.reasons == (
        "slices 4 mm thick or apart: at most 3 mm are expected",
    )


def test_values_that_are_no_hu_are_refused() -> None:
    with pytest.raises(InputError, match="lungs are found by HU"):
        lungs(replace(_volume(), unit=""))
