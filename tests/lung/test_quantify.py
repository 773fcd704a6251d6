"""What is measured on a lung of known voxels."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.lung.quantify import AIRY_HU, LEAST_HU, quantify
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))


@pytest.fixture
def noisy() -> tuple[Volume, LungMask]:
    """Two lungs of noise, 9 slices; the lower third is denser, a fifth of the left is vessel."""
    values = np.random.default_rng(1).normal(-880, 60, (9, 20, 40)).astype(np.int16)
    values[:3] += 80
    values[:, :4, 20:] = 30
    mask = np.full(values.shape, RIGHT, np.uint8)
    mask[:, :, 20:] = LEFT
    return Volume(values, (2.0, 1.0, 0.5), (0.0, 0.0, 0.0), AXES), LungMask(mask)


def test_volumes_are_voxels_times_their_size(noisy: tuple[Volume, LungMask]) -> None:
    found = quantify(*noisy)

    assert found.right.volume_ml == pytest.approx(9 * 20 * 20 * 1e-3)
    assert found.both.volume_ml == pytest.approx(9 * 20 * 40 * 1e-3)
    assert found.left.airy_ml == pytest.approx(found.left.volume_ml * 0.8)


def test_density_is_that_of_the_airy_voxels(noisy: tuple[Volume, LungMask]) -> None:
    volume, mask = noisy
    values = np.maximum(volume.values[(mask.values == LEFT) & (volume.values < -500)], -1024.0)
    left = quantify(volume, mask).left

    assert left.mean_hu == pytest.approx(values.mean(), abs=0.01)
    assert left.laa950 == pytest.approx((values < -950).mean())
    assert left.perc15_hu == pytest.approx(np.percentile(values, 15), abs=1)


def test_the_lower_third_is_nearest_the_feet(noisy: tuple[Volume, LungMask]) -> None:
    found = quantify(*noisy)

    assert found.lower.mean_hu == pytest.approx(-800, abs=3)
    assert found.upper.mean_hu == pytest.approx(-880, abs=3)


def test_the_lower_third_is_the_same_when_slices_run_downwards(noisy: tuple[Volume, LungMask]) -> None:
    volume, mask = noisy
    axes = ((0.0, 0.0, -1.0), *AXES[1:])
    turned = Volume(volume.values[::-1].copy(), volume.spacing_mm, volume.origin, axes)

    assert quantify(turned, LungMask(mask.values[::-1].copy())) == quantify(volume, mask)


def test_a_lung_without_air_has_a_volume_and_no_density() -> None:
    volume = Volume(np.full((3, 4, 4), 20, np.int16), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES)
    found = quantify(volume, LungMask(np.full((3, 4, 4), LEFT, np.uint8)))

    assert found.left.volume_ml == pytest.approx(0.048)
    assert (found.left.mean_hu, found.left.laa950, found.left.perc15_hu) == (None, None, None)


@pytest.mark.parametrize(("shape", "reason"), [((3, 4, 5), "the volume"), ((3, 4, 4), "empty")])
def test_a_mask_must_fit_and_hold_something(shape: tuple[int, int, int], reason: str) -> None:
    volume = Volume(np.zeros((3, 4, 4), np.int16), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES)

    with pytest.raises(InputError, match=reason):
        quantify(volume, LungMask(np.zeros(shape, np.uint8)))


def test_thirds_of_each_lung_add_up_to_it_and_to_the_thirds_of_both(noisy: tuple[Volume, LungMask]) -> None:
    found = quantify(*noisy)
    assert found.detail is not None
    for lung, thirds in ((found.right, found.detail.right_thirds), (found.left, found.detail.left_thirds)):
        assert sum(each.volume_ml for each in thirds) == pytest.approx(lung.volume_ml)
    for k, both in enumerate((found.upper, found.middle, found.lower)):
        parts = found.detail.right_thirds[k], found.detail.left_thirds[k]
        assert sum(each.airy_ml for each in parts) == pytest.approx(both.airy_ml)


def test_the_histogram_counts_every_airy_voxel_of_both_lungs(noisy: tuple[Volume, LungMask]) -> None:
    volume, mask = noisy
    found = quantify(volume, mask)
    assert found.detail is not None
    values = np.maximum(volume.values[(mask.values > 0) & (volume.values < AIRY_HU)], LEAST_HU)
    edges = np.arange(LEAST_HU, AIRY_HU + 1)
    assert found.detail.counts.tolist() == np.histogram(values, edges)[0].tolist()


def test_a_lung_that_is_not_there_is_a_reason() -> None:
    volume = Volume(np.full((30, 20, 20), -850, np.int16), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES)
    mask = np.zeros((30, 20, 20), np.uint8)
    mask[2:-2, 2:-2, 2:-2] = LEFT
    found = quantify(volume, LungMask(mask))
    assert found.coverage.absent == ("no right lung found", "no left lung found")  # 6.7 ml
