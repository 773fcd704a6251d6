"""Masks in three dimensions, against what a walk from voxel to voxel finds."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from lungview.nodules.outlining.voxels import component, depth, filled, grown, shell

FACES = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
SPACING = (2.0, 0.7, 0.7)


def blobs(seed: int, shape: tuple[int, int, int] = (5, 9, 8)) -> np.ndarray:
    """A mask with pieces, holes and both ends of every axis in it."""
    noise = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return np.stack([cv2.GaussianBlur(plane, (0, 0), 0.7) for plane in noise]) > -0.05


def walked(mask: np.ndarray, starts: list[tuple[int, ...]], steps: list[tuple[int, int, int]]) -> np.ndarray:
    """All voxels of the mask that steps lead to from the starts in it."""
    seen, waiting = np.zeros_like(mask), [s for s in starts if mask[s]]
    while waiting:
        here = waiting.pop()
        if seen[here]:
            continue
        seen[here] = True
        for step in steps:
            there = tuple(i + d for i, d in zip(here, step, strict=True))
            inside = all(0 <= i < n for i, n in zip(there, mask.shape, strict=True))
            if inside and mask[there] and not seen[there]:
                waiting.append(there)
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_a_component_is_all_that_faces_lead_to(seed: int) -> None:
    mask = blobs(seed)
    for at in [tuple(int(i) for i in p) for p in np.argwhere(mask)[::7]]:
        np.testing.assert_array_equal(component(mask, at), walked(mask, [at], FACES))  # type: ignore[arg-type]


def test_a_component_is_found_among_more_regions_than_sixteen_bits_count() -> None:
    mask = np.indices((1, 400, 400)).sum(axis=0) % 2 == 0
    mask[:, 200] = True
    found = component(mask, (0, 200, 0))
    np.testing.assert_array_equal(np.flatnonzero(found.any(axis=(0, 2))), [199, 200, 201])
    np.testing.assert_array_equal(found[:, 199:202], mask[:, 199:202])


def test_a_component_from_outside_of_the_mask_is_empty() -> None:
    mask = blobs(0)
    z, y, x = (int(i) for i in np.argwhere(~mask)[0])
    assert not component(mask, (z, y, x)).any()


@pytest.mark.parametrize("seed", range(4))
def test_a_shell_is_what_shares_a_face(seed: int) -> None:
    mask = blobs(seed)
    expected = np.zeros_like(mask)
    for at in np.argwhere(~mask):
        near = (tuple(at + step) for step in FACES)
        expected[tuple(at)] = any(
            all(0 <= i < n for i, n in zip(p, mask.shape, strict=True)) and mask[p] for p in near
        )
    np.testing.assert_array_equal(shell(mask), expected)


@pytest.mark.parametrize("seed", range(4))
def test_holes_are_what_the_border_of_a_slice_does_not_reach(seed: int) -> None:
    """What only corners part from the outside is outside: a contour goes around it by corners, too."""
    mask = blobs(seed)
    padded = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    border = [
        tuple(int(i) for i in p)
        for p in np.argwhere(~padded)
        if p[1] in (0, padded.shape[1] - 1) or p[2] in (0, padded.shape[2] - 1)
    ]
    in_plane = [step for step in FACES if not step[0]]
    outside = walked(~padded, border, in_plane)
    np.testing.assert_array_equal(filled(mask), ~outside[:, 1:-1, 1:-1])


@pytest.mark.parametrize("seed", range(4))
def test_depth_is_the_distance_to_the_nearest_voxel_outside(seed: int) -> None:
    mask = blobs(seed)
    outside = np.argwhere(~mask) * SPACING
    expected = np.zeros(mask.shape)
    for at in itertools.product(*map(range, mask.shape)):
        if mask[at]:
            expected[at] = np.linalg.norm(outside - np.array(at) * SPACING, axis=1).min()
    np.testing.assert_allclose(depth(mask, SPACING), expected, atol=1e-4)


@pytest.mark.parametrize("by_mm", [0.8, 2.2, 4.0, 17.0])
def test_a_grown_mask_holds_all_within_that_distance(by_mm: float) -> None:
    mask = np.zeros((5, 29, 38), bool)
    mask[2, 4, 4] = mask[1, 2, 6] = True
    inside = np.argwhere(mask) * SPACING
    expected = np.zeros(mask.shape, bool)
    for at in itertools.product(*map(range, mask.shape)):
        expected[at] = np.linalg.norm(inside - np.array(at) * SPACING, axis=1).min() <= by_mm
    np.testing.assert_array_equal(grown(mask, by_mm, SPACING), expected)
