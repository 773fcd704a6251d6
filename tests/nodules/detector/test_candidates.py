"""Candidates lie where a sphere was put, at the size it has, whatever the slices' spacing."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.nodules.detector.candidates import Search, of_picture

LUNG_HU, BALL_HU = -850, 40
SIDE = 160


def bright(picture: np.ndarray) -> np.ndarray:
    """A network that calls a nodule what is soft tissue, as the tests' picture has it in the ball alone."""
    squares = picture[..., 1].reshape(picture.shape[0] // 2, 2, picture.shape[1] // 2, 2).mean(axis=(1, 3))
    nodule = (squares > 0.5).astype(np.float32)
    return np.stack([nodule, np.full_like(nodule, 0.8), np.zeros_like(nodule)], axis=-1)


def ball(spacing, centre, radius, slices):
    """int16 HU (slices, 160, 160) of lung with one ball (mm from the first voxel)."""
    z, y, x = np.meshgrid(
        *(np.arange(n) * s for n, s in zip((slices, SIDE, SIDE), spacing, strict=True)), indexing="ij"
    )
    inside = (z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2 <= radius**2
    return np.where(inside, BALL_HU, LUNG_HU).astype(np.int16)


def lungs(values):
    mask = np.zeros(values.shape, bool)
    mask[:, 10:-10, 10:-10] = True
    return mask


def found(values, spacing):
    search = Search(values, spacing, lungs(values), bright)
    seen = list(search)
    return search, seen


@pytest.mark.parametrize("spacing", [(1.0, 0.7, 0.7), (2.5, 0.9, 0.9), (5.0, 0.6, 0.6)])
def test_a_ball_is_one_candidate_at_its_place_in_mm(spacing):
    centre, radius = (30.0, 0.4 * SIDE * spacing[1], 0.6 * SIDE * spacing[2]), 9.0
    search, _ = found(ball(spacing, centre, radius, round(60 / spacing[0])), spacing)
    first, *others = search.candidates()
    assert not others
    x0, y0, x1, y1 = first.box
    middle = ((y0 + y1 + 1) / 2 * spacing[1], (x0 + x1 + 1) / 2 * spacing[2])
    assert middle == pytest.approx(centre[1:], abs=1.5)
    assert abs(first.slice * spacing[0] - centre[0]) <= radius
    assert (x1 - x0) * spacing[2] == pytest.approx(2 * radius, abs=4)


def test_a_ball_reaches_over_the_slices_it_is_on():
    spacing = (2.5, 0.8, 0.8)
    search, _ = found(ball(spacing, (50, 60, 60), 10.0, 40), spacing)
    first = search.candidates()[0]
    assert first.first_slice * 2.5 == pytest.approx(40, abs=2.6)
    assert first.last_slice * 2.5 == pytest.approx(60, abs=2.6)


def test_score_and_parts_are_those_of_the_network():
    spacing = (2.5, 0.8, 0.8)
    search, _ = found(ball(spacing, (50, 60, 60), 15.0, 40), spacing)
    first = search.candidates()[0]
    assert first.nodule_probability == pytest.approx(1, abs=0.05)
    assert first.malignancy == pytest.approx(0.8, abs=0.05)
    assert first.score == pytest.approx(0.8, abs=0.05)


def test_two_balls_are_two_candidates():
    spacing = (2.5, 0.8, 0.8)
    values = np.maximum(ball(spacing, (30, 40, 40), 8.0, 40), ball(spacing, (70, 90, 90), 8.0, 40))
    assert len(found(values, spacing)[0].candidates()) == 2


def test_what_is_outside_the_lungs_is_no_candidate():
    spacing = (2.5, 0.8, 0.8)
    values = ball(spacing, (50, 60, 60), 10.0, 40)
    search = Search(values, spacing, np.zeros(values.shape, bool), bright)
    assert [s.score for s in search] == [0.0] * 40
    assert search.candidates() == ()


def test_of_thin_slices_every_second_millimetre_is_looked_at_and_every_slice_has_a_score():
    spacing = (1.0, 0.8, 0.8)
    search, seen = found(ball(spacing, (30, 60, 60), 8.0, 60), spacing)
    assert [s.slice for s in seen] == list(range(0, 60, 2))
    scores = search.slice_scores()
    assert len(scores) == 60
    assert scores[31] == pytest.approx((scores[30] + scores[32]) / 2)
    assert scores[5] == 0


def test_a_search_that_is_left_has_candidates_of_what_it_saw_and_goes_on():
    spacing = (2.5, 0.8, 0.8)
    search = Search(*(v := ball(spacing, (30, 60, 60), 8.0, 40), spacing, lungs(v), bright))
    for seen in search:
        if seen.slice == 20:
            break
    assert len(search.candidates()) == 1
    assert len(search.slice_scores()) == 21
    assert [s.slice for s in search] == list(range(21, 40))


def test_a_series_of_one_slice_is_looked_at():
    values = ball((2.5, 0.8, 0.8), (0, 60, 60), 8.0, 1)
    assert len(found(values, (2.5, 0.8, 0.8))[0].candidates()) == 1


def test_a_mask_of_another_shape_is_one_sentence():
    values = ball((2.5, 0.8, 0.8), (0, 60, 60), 8.0, 2)
    with pytest.raises(InputError, match="one shape"):
        Search(values, (2.5, 0.8, 0.8), lungs(values)[:1], bright)


@pytest.mark.parametrize("spacing", [(0.0, 1, 1), (float("nan"), 1, 1), (2.5, 900.0, 1)])
def test_a_spacing_that_is_no_length_is_one_sentence(spacing):
    values = ball((2.5, 0.8, 0.8), (0, 60, 60), 8.0, 2)
    with pytest.raises(InputError, match="mm"):
        Search(values, spacing, lungs(values), bright)


def screenshot(low: int, high: int) -> np.ndarray:
    """uint8 picture of a chest: tissue, two lungs, a ball of 10 mm radius in one, 0.72 mm a pixel."""
    y, x = np.mgrid[:512, :512].astype(float)
    body = ((y - 256) / 170) ** 2 + ((x - 256) / 250) ** 2 < 1
    lung = (((y - 256) / 120) ** 2 + ((np.abs(x - 256) - 110) / 80) ** 2) < 1
    nodule = (y - 256) ** 2 + (x - 146) ** 2 < 14**2
    grey = np.where(body & (~lung | nodule), high, np.where(body, low, 0))
    return grey.astype(np.uint8)


@pytest.mark.parametrize(("low", "high"), [(20, 230), (60, 140), (5, 255)])
def test_a_picture_of_any_window_without_millimetres_is_searched(low, high):
    def network(picture):  # soft tissue in a small piece: what the wall is not
        maps = bright(picture)
        maps[..., 0] *= _small(maps[..., 0])
        return maps

    first = of_picture(screenshot(low, high), None, network)[0]
    assert first.row == pytest.approx(256, abs=10)
    assert first.column == pytest.approx(146, abs=10)


def _small(mask: np.ndarray) -> np.ndarray:
    import cv2

    _, pieces, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = sizes[:, cv2.CC_STAT_AREA] < 500
    keep[0] = False
    return keep[pieces].astype(np.float32)
