"""The edge of what was found in joined voxels is drawn in the scan's own: rounder, and as large as it is."""

import numpy as np
import pytest

from lungview.nodules.outlining.choice import choose
from lungview.nodules.outlining.crop import SIZES_MM, crop, refined
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
