"""Training patches: what is painted or put in is labelled, what is unknown stays unknown."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.training.findings import patches
from lungview.training.findings.samples import painting, transplant
from lungview.training.findings.samples.sample import NODULE, OPACITY, UNKNOWN, Sample

LUNG, TISSUE = 0.1, 0.75  # greys of about -860 and 50 HU


def lung_patch(side: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Lung on the left, wall on the right."""
    patch = np.full((side, side, 3), LUNG, np.float32)
    patch[:, 3 * side // 4 :] = TISSUE
    return patch, np.zeros((side, side), np.uint8)


@pytest.mark.parametrize("seed", range(8))
def test_a_painted_mass_is_dense_and_labelled_where_there_was_lung(seed):
    patch, labels = lung_patch()
    assert painting.mass(patch, labels, 0.75, np.random.default_rng(seed))
    inside = labels == NODULE
    assert inside.sum() > 20
    assert not inside[:, 78:].any()
    assert np.median(patch[..., 1][inside]) > 0.5


@pytest.mark.parametrize("seed", range(8))
def test_a_painted_opacity_is_no_nodule_and_leaves_what_is_denser(seed):
    patch, labels = lung_patch()
    patch[40:44, 10:60] = 0.9
    before = patch.copy()
    assert painting.opacity(patch, labels, 0.75, np.random.default_rng(seed))
    assert (labels == OPACITY).any()
    assert not (labels == NODULE).any()
    np.testing.assert_array_equal(patch[40:44, 10:60], before[40:44, 10:60])


def test_nothing_is_painted_where_there_is_no_lung():
    patch, labels = np.full((96, 96, 3), TISSUE, np.float32), np.zeros((96, 96), np.uint8)
    assert not painting.mass(patch, labels, 0.75, np.random.default_rng(0))
    assert not painting.opacity(patch, labels, 0.75, np.random.default_rng(0))
    assert (patch == TISSUE).all()


def graft(radius_mm: float = 6.0) -> transplant.Graft:
    z, y, x = np.mgrid[-6:7, -12:13, -12:13] * 1.0
    mask = z**2 + y**2 + x**2 <= radius_mm**2
    return transplant.Graft(np.where(mask, TISSUE, LUNG).astype(np.float32), mask, (1.0, 1.0, 1.0), 0.75)


@pytest.mark.parametrize("seed", range(5))
def test_a_nodule_put_into_a_lung_has_its_size_between_the_scales_it_is_drawn_at(seed):
    patch, labels = lung_patch()
    own = transplant.put(graft(), patch, labels, 0.75, np.random.default_rng(seed))
    assert own is not None
    rows, columns = np.nonzero(own)
    if rows.min() > 0 and rows.max() < 95 and columns.min() > 0:  # whole within the patch
        radius = np.sqrt(own.sum() / np.pi) * 0.75
        assert 0.25 * 6 * 0.8 <= radius <= 6 * 1.7 + 0.75
    assert (labels[own] == NODULE).all()


def test_no_nodule_is_put_where_there_is_no_lung():
    patch, labels = np.full((96, 96, 3), TISSUE, np.float32), np.zeros((96, 96), np.uint8)
    assert transplant.put(graft(), patch, labels, 0.75, np.random.default_rng(0)) is None


def sample(labels: np.ndarray, malignancy: float = 0.6) -> Sample:
    picture = np.random.default_rng(3).integers(20, 40, (*labels.shape, 3)).astype(np.uint8)
    return Sample(picture, labels, malignancy, "lidc", "p", (60.0, 60.0), 6.0)


PLAIN = patches.Recipe(masses=0, opacities=0, grafts=0, single=0, coarse=0)


def test_a_patch_and_its_targets_are_what_the_seed_says():
    labels = np.zeros((120, 120), np.uint8)
    labels[50:70, 50:70] = NODULE
    first, again = (patches.patch(sample(labels), PLAIN, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert first[0].shape == (96, 96, 3)
    assert first[1].shape == (48, 48, 6)
    assert 0 <= first[0].min() <= first[0].max() <= 1


def test_the_malignancy_of_a_nodule_is_asked_inside_it_alone():
    labels = np.zeros((120, 120), np.uint8)
    labels[50:70, 50:70] = NODULE
    _, known = patches.patch(sample(labels), PLAIN, np.random.default_rng(4))
    inside = known[..., 0] > 0
    assert inside.any()
    np.testing.assert_allclose(known[..., 2][inside], 0.6)
    assert (known[..., 3] > 0)[inside].all()
    assert not known[..., 3][~inside].any()


def test_what_nobody_knows_weighs_nothing():
    labels = np.full((120, 120), UNKNOWN, np.uint8)
    _, known = patches.patch(sample(labels), PLAIN, np.random.default_rng(4))
    assert not known[..., 1].any()
    assert not known[..., 5].any()


def test_a_single_slice_is_its_own_neighbour():
    labels = np.zeros((120, 120), np.uint8)
    recipe = patches.Recipe(masses=0, opacities=0, single=1)
    picture, _ = patches._cut(sample(labels), 96, 1.0, np.random.default_rng(1))
    assert np.ptp(picture, axis=2).max() > 0
    found = [patches.patch(sample(labels), recipe, np.random.default_rng(s))[0] for s in range(20)]
    without_noise = [p for p in found if np.ptp(p, axis=2).max() == 0]
    assert without_noise
