"""The edge of what was found in joined voxels is drawn in the scan's own: rounder, and as large as it is."""

import numpy as np
import pytest

from lungview.nodules.outlining.choice import choose
from lungview.nodules.outlining.crop import SIZES_MM, Crop, crop, joined, refined
from lungview.nodules.outlining.proposals import ground, proposals
from lungview.training.measure.metrics import dice
from tests.nodules.phantoms import ball, middle


def both(size: int, diameter: float = 30.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A ball's mask as found, as refined, and what it is, in voxels of the scan."""
    scan, spacing = ball(diameter, thickness_mm=1.0)
    at = middle(scan)
    z, y, x = at
    margin, voxel = SIZES_MM[size]
    part = crop(scan, spacing, (slice(z, z + 1), slice(y, y + 1), slice(x, x + 1)), margin, voxel)
    g = ground(part.hu, part.spacing_mm, part.inside(at))
    chosen = choose(g, proposals(g, margin))
    rough, fine = part.full(chosen.mask), refined(scan, spacing, part, g, chosen)
    place = tuple(slice(s, s + n) for s, n in zip(part.start, rough.shape, strict=True))
    return rough, fine, (scan > -410)[place]


@pytest.mark.parametrize("size", [1, 2])
def test_a_refined_outline_is_nearer_to_the_truth_than_joined_voxels(size: int) -> None:
    rough, fine, true = both(size)
    assert dice(fine, true) > max(dice(rough, true), 0.94)


def test_what_was_found_in_the_scans_own_voxels_stays() -> None:
    rough, fine, _ = both(0, 12.0)
    assert np.array_equal(rough, fine)


@pytest.mark.parametrize("factor", [(1, 1, 1), (1, 2, 2), (2, 3, 4), (3, 1, 9)])
@pytest.mark.parametrize("kind", [np.int16, np.float32, bool])
def test_joined_voxels_have_the_mean_of_their_group(factor: tuple[int, int, int], kind: type) -> None:
    shape = tuple(4 * n for n in factor)
    values = np.random.default_rng(0).normal(0, 400, shape).astype(kind)
    (a, b, c), made = factor, joined(values, factor)
    expected = values.reshape(4, a, 4, b, 4, c).astype(np.float64).mean(axis=(1, 3, 5))
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-4)


def test_a_part_in_voxels_of_the_scan_is_that_of_the_whole() -> None:
    found = np.random.default_rng(0).random((5, 6, 7)) > 0.7
    found[:, :2] = False
    part = Crop(np.zeros(found.shape, np.float32), (0, 0, 0), (1, 2, 3), (2.0, 2.0, 2.0), ((True, True),) * 3)
    near = part.near(found, 2)
    assert near == (slice(0, 5), slice(2, 12), slice(0, 21))
    np.testing.assert_array_equal(part.full_in(found, near), part.full(found)[near])
    odd = slice(1, 4), slice(3, 8), slice(5, 13)
    np.testing.assert_array_equal(part.full_in(found, odd), part.full(found)[odd])
