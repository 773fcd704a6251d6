"""Connected regions in three dimensions, against SimpleITK's."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.lung.mask import regions


def test_regions_are_those_of_simpleitk() -> None:
    sitk = pytest.importorskip("SimpleITK")
    mask = (np.random.default_rng(2).random((30, 40, 50)) < 0.32).astype(np.uint8)
    labels, sizes = regions.label(mask)
    count = len(sizes) - 1
    peer = sitk.GetArrayFromImage(sitk.ConnectedComponent(sitk.GetImageFromArray(mask), False))

    assert count == peer.max()
    assert sizes.tolist() == np.bincount(labels.reshape(-1)).tolist()
    assert len(np.unique(np.stack([labels, peer]).reshape(2, -1), axis=1).T) == count + 1


def test_a_spiral_is_one_region() -> None:
    """Its slices hold separate pieces that only join through other slices."""
    mask = np.zeros((3, 3, 5), np.uint8)
    mask[0, 1, 0] = mask[0, 1, 4] = mask[1, 1, 0] = mask[1, 1, 4] = 1
    mask[2, 1, :] = 1

    assert len(regions.label(mask)[1]) == 2


def test_an_empty_mask_has_no_region() -> None:
    labels, sizes = regions.label(np.zeros((2, 3, 4), np.uint8))

    assert sizes.tolist() == [24]
    assert not labels.any()


def test_the_slices_of_a_region_are_those_it_reaches() -> None:
    mask = np.zeros((6, 4, 4), np.uint8)
    mask[1:4, 0, 0] = mask[3:6, 3, 3] = 1
    labels, sizes = regions.label(mask)
    reach = regions.extents(labels, len(sizes) - 1)

    assert reach[labels[1, 0, 0] - 1] == slice(1, 4)
    assert reach[labels[5, 3, 3] - 1] == slice(3, 6)


def test_the_parts_of_a_plane_are_counted() -> None:
    labels, pixels = regions.parts(np.array([[1, 0, 1], [1, 0, 0]], np.uint8))

    assert pixels.tolist() == [3, 2, 1]
    assert labels.tolist() == [[1, 0, 2], [1, 0, 0]]
