"""Two scans of the synthetic thorax's lungs, one moved by a known map: found again to 2 mm."""

from functools import lru_cache

import cv2
import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image.phantom.thorax import Thorax
from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.nodules.growth.registration import align
from lungview.study.volume import Volume

FINE = Thorax(slices=135, matrix=192, noise=0.0)  # what is scanned: 2.0 × 1.9 × 1.9 mm
GRID = Thorax(slices=90, matrix=96, noise=0.0)  # the scan
CENTRE = np.array([0.0, 0.0, -270.0])
AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))


def volume_of(thorax: Thorax, slices: slice = slice(None)) -> Volume:
    count, first = len(range(thorax.slices)[slices]), range(thorax.slices)[slices][0]
    spacing = thorax.step, thorax.pixel_spacing, thorax.pixel_spacing
    values = np.zeros((count, thorax.matrix, thorax.matrix), np.int16)
    return Volume(values, spacing, thorax.position(first), AXES)


@lru_cache(maxsize=1)
def truth() -> np.ndarray:
    lung = np.stack([FINE.lung_share(k) > 0.5 for k in range(FINE.slices)])
    return lung * np.where(np.arange(FINE.matrix) < FINE.matrix // 2, RIGHT, LEFT).astype(np.uint8)


def moved(matrix: np.ndarray, shift: np.ndarray, slices: slice = slice(None)) -> tuple[Volume, LungMask]:
    """The scan in which what is at p lies at matrix · (p − centre) + centre + shift in `scan()`."""
    volume = volume_of(GRID, slices)
    index = np.indices(volume.shape).reshape(3, -1).T
    there = (volume.point_mm(index) - CENTRE) @ matrix.T + CENTRE + shift
    at = np.rint(volume_of(FINE).index(there)).astype(int)
    inside = ((at >= 0) & (at < truth().shape)).all(axis=1)
    labels = np.zeros(len(at), np.uint8)
    labels[inside] = truth()[tuple(at[inside].T)]
    return volume, LungMask(labels.reshape(volume.shape))


@lru_cache(maxsize=1)
def scan() -> tuple[Volume, LungMask]:
    return moved(np.eye(3), np.zeros(3))


def landmarks() -> np.ndarray:
    volume, mask = scan()
    every = np.argwhere(mask.values > 0)
    return volume.point_mm(every[:: len(every) // 200])


def worst(found, matrix, shift) -> float:
    """mm between where the known map and the found one lay places all over the lungs."""
    here = (landmarks() - CENTRE - shift) @ np.linalg.inv(matrix).T + CENTRE
    return max(float(np.linalg.norm(found.now(tuple(p)) - q)) for p, q in zip(here, landmarks(), strict=True))


def turned(degrees: tuple[float, float, float]) -> np.ndarray:
    return cv2.Rodrigues(np.radians(degrees))[0]


@pytest.mark.parametrize(
    ("degrees", "shift"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((0, 0, 0), (12, -20, 35)),
        ((4, -3, 6), (5, 8, -15)),
        ((-6, 5, -8), (-10, 0, 20)),
    ],
)
@pytest.mark.parametrize("affine", [False, True])
def test_a_scan_that_was_turned_and_shifted_is_found_again_to_two_millimetres(degrees, shift, affine) -> None:
    matrix, shift = turned(degrees), np.array(shift, float)
    found = align(moved(matrix, shift), scan(), affine=affine)
    assert worst(found, matrix, shift) < 2.0


@pytest.mark.parametrize("scale", [(1.0, 1.0, 1.1), (1.04, 0.95, 0.9), (1.05, 1.05, 1.12)])
def test_another_depth_of_breath_is_found_again_to_two_millimetres(scale) -> None:
    matrix = turned((2, 1, -3)) @ np.diag(scale)
    shift = np.array([4.0, -6.0, 10.0])
    assert worst(align(moved(matrix, shift), scan()), matrix, shift) < 2.0


def test_a_prior_scan_that_ends_lower_is_still_found_to_two_millimetres() -> None:
    matrix, shift = turned((2, 1, -3)), np.array([4.0, -6.0, 10.0])
    part = moved(matrix, shift, slice(30, None))
    assert worst(align(part, scan(), affine=False), matrix, shift) < 2.0


def test_a_place_goes_there_and_back() -> None:
    found = align(moved(turned((3, 0, 2)), np.array([5.0, 0.0, 9.0])), scan())
    place = (60.0, 20.0, -250.0)
    assert found.before(found.now(place)) == pytest.approx(place)


@pytest.mark.parametrize("gone", [(RIGHT,), (LEFT,), (RIGHT, LEFT)])
def test_a_scan_without_a_lung_is_refused(gone) -> None:
    volume, mask = scan()
    half = LungMask(np.where(np.isin(mask.values, gone), 0, mask.values).astype(np.uint8))
    with pytest.raises(InputError, match="a prior scan with one of them missing"):
        align((volume, half), scan())
