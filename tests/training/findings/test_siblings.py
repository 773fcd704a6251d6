"""Other nodules in a crop: found by what two crops of one slice both show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lungview.training.findings.samples import siblings

SIDE = 128
FIRST, SECOND = (100, 90), (125, 130)  # row, column of two nodules of one slice


def lung(seed: int) -> np.ndarray:
    """A slice with texture of several mm, and both nodules."""
    random = np.random.default_rng(seed)
    slice_ = cv2.GaussianBlur(random.uniform(0, 255, (260, 260)).astype(np.float32), (0, 0), 3)
    slice_ = (slice_ - slice_.mean()) / slice_.std() * 15 + 70
    for row, column in (FIRST, SECOND):
        cv2.circle(slice_, (column, row), 5, 200.0, -1)
    return np.clip(slice_, 0, 255).astype(np.uint8)


def cut(slice_: np.ndarray, name: str, at: tuple[int, int]) -> siblings.Crop:
    """A crop with its nodule in the middle, its mask, and greys that were stretched."""
    row, column = (v - SIDE // 2 for v in at)
    part = slice_[max(row, 0) : row + SIDE, max(column, 0) : column + SIDE]
    mask = np.zeros(slice_.shape, np.uint8)
    cv2.circle(mask, at[::-1], 5, 1, -1)
    own = mask[max(row, 0) : row + SIDE, max(column, 0) : column + SIDE] > 0
    return siblings.Crop(name, np.clip(part * 1.1 - 8, 0, 255).astype(np.uint8), own)


def test_a_nodule_that_another_crop_of_the_slice_was_cut_around_is_found():
    slice_ = lung(0)
    here, there = siblings.others([cut(slice_, "a", FIRST), cut(slice_, "b", SECOND)])
    for found, (row, column) in ((here, (64 + 25, 64 + 40)), (there, (64 - 25, 64 - 40))):
        assert np.argwhere(found).mean(axis=0) == pytest.approx((row, column), abs=0.5)
        assert found.sum() == cut(slice_, "a", FIRST).mask.sum()


def test_a_crop_of_another_slice_tells_nothing():
    here, there = siblings.others([cut(lung(0), "a", FIRST), cut(lung(1), "b", SECOND)])
    assert not here.any()
    assert not there.any()


def test_another_slice_of_the_same_nodule_is_no_other_nodule():
    here, there = siblings.others([cut(lung(0), "a", FIRST), cut(lung(0), "a", SECOND)])
    assert not here.any()
    assert not there.any()
