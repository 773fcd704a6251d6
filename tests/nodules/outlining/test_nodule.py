"""A nodule's depths, worked out once for all its measures, are those of its outline."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from lungview.nodules.judge import Judge
from lungview.nodules.outlining import measure, voxels
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.segment import outline
from lungview.nodules.outlining.voxels import depth
from lungview.nodules.second_reader import located
from lungview.nodules.second_reader.block import Block
from tests.nodules.phantoms import ball, middle


@pytest.mark.parametrize("thickness", [1.0, 2.0, 7.0])
def test_distances_are_those_of_the_mask_as_far_as_measures_look(thickness: float) -> None:
    scan, spacing = ball(21.0, thickness)
    nodule = Nodule(scan, outline(scan, spacing, middle(scan)))
    # To a rounding: OpenCV adds in another order where an array begins elsewhere in memory.
    np.testing.assert_allclose(nodule.deep, depth(nodule.mask, spacing), rtol=1e-5)
    away = depth(~nodule.mask, spacing)
    near = away <= max(6.0, 2 * spacing[2], 1.01 * spacing[0])
    np.testing.assert_allclose(nodule.away[near], away[near], rtol=1e-5)
    assert (nodule.away[~near] >= 0.99999 * away[~near]).all()


def test_at_the_border_of_the_scan_there_is_no_room_around_it() -> None:
    mask = np.ones((2, 3, 4), bool)
    nodule = Nodule(
        np.zeros((2, 30, 30), np.int16), Outline(mask, (0, 0, 26), (2, 30, 30), (2, 1, 1), -850, 0)
    )
    assert nodule.place == (slice(0, 2), slice(0, 9), slice(20, 30))
    np.testing.assert_allclose(nodule.deep, depth(nodule.mask, (2, 1, 1)), rtol=1e-5)
    assert nodule.mask.sum() == 24


def test_a_judged_finding_looks_around_its_outline_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scan, spacing = ball(12.0)
    found = outline(scan, spacing, middle(scan))
    sizes: list[int] = []

    def counted(mask: np.ndarray, *other: Any) -> np.ndarray:
        sizes.append(mask.size)
        return depth(mask, *other)

    for name in ("lungview.nodules.outlining.nodule.depth", "lungview.nodules.density.depth"):
        monkeypatch.setattr(name, counted)
    judge = Judge(("log_long", "slope_3"), np.zeros(2), np.ones(2), np.ones(2), -1.0)
    judged = located.of_outline(Block(scan, spacing, tuple(range(len(scan)))), found, judge)
    assert judged.finding.band is not None
    around = Nodule(scan, found).mask.size
    assert sum(size == around for size in sizes) == 1  # outwards, for its volume and for the judge
    assert len(sizes) <= 3  # inwards, and of its solid part


def test_a_disk_holds_the_square_that_is_looked_for_in_its_place() -> None:
    for across in range(2, 60):
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
        padded = np.pad(disk, 2)
        assert measure._holds_square(padded, across)
        assert measure._holds_square(np.roll(padded, 1, axis=0), across)
    assert not measure._holds_square(np.zeros((9, 9), np.uint8), 5)


def test_depth_is_the_same_however_much_is_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(3).normal(size=(9, 31, 40)).astype(np.float32)
    mask = np.stack([cv2.GaussianBlur(plane, (0, 0), 3.0) for plane in noise]) > -0.15
    whole = depth(mask, (0.6, 0.7, 0.7))
    monkeypatch.setattr(voxels, "_CACHED", 200)
    np.testing.assert_array_equal(depth(mask, (0.6, 0.7, 0.7)), whole)
