"""Lungs in pictures that lost their HU to a window."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image import phantom
from lungview.image.window import LUNG, Window, to_uint8
from lungview.lung.picture import picture_lungs, standardised

THORAX = phantom.Thorax(24, 320)
MIDDLE = 12
WINDOWS = [LUNG, Window(-500.0, 1400.0), Window(-400.0, 1800.0), Window(-200.0, 2000.0)]


def _dice(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: f"{w.center:.0f}/{w.width:.0f}")
def test_lung_and_muscle_come_back_to_their_hu(window: Window) -> None:
    """The phantom's lung is at −860 HU, its muscle and blood between 42 and 60."""
    hu = standardised(to_uint8(THORAX.hu(MIDDLE), window))
    lung = THORAX.lung_share(MIDDLE) == 1

    assert float(np.median(hu[lung])) == pytest.approx(-860, abs=40)
    assert float(np.median(hu[THORAX.hu(MIDDLE) > 20])) == pytest.approx(50, abs=40)


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: f"{w.center:.0f}/{w.width:.0f}")
def test_the_lungs_are_found_in_any_lung_window(window: Window) -> None:
    found = picture_lungs(to_uint8(THORAX.hu(MIDDLE), window))

    assert _dice(found, THORAX.lung_share(MIDDLE) > 0.5) > 0.96


def test_a_picture_of_another_size_has_the_same_lungs() -> None:
    small = phantom.Thorax(24, 200)
    found = picture_lungs(to_uint8(small.hu(MIDDLE), LUNG))

    assert _dice(found, small.lung_share(MIDDLE) > 0.5) > 0.95


def test_a_picture_cut_close_to_the_chest_keeps_its_lungs() -> None:
    rows, columns = slice(62, 262), slice(40, 280)
    found = picture_lungs(to_uint8(THORAX.hu(MIDDLE), LUNG)[rows, columns])

    assert _dice(found, (THORAX.lung_share(MIDDLE) > 0.5)[rows, columns]) > 0.93


def test_a_dim_picture_has_the_same_lungs() -> None:
    """Its lungs are all but black, and yet they are no cut-off ones: the soft tissue is as much darker."""
    dim = np.rint(to_uint8(THORAX.hu(MIDDLE), Window(-200.0, 2000.0)) * 0.2).astype(np.uint8)

    assert _dice(picture_lungs(dim), THORAX.lung_share(MIDDLE) > 0.5) > 0.95


@pytest.mark.parametrize(
    "picture",
    [
        to_uint8(THORAX.hu(MIDDLE), Window(40.0, 400.0)),  # a soft-tissue window: lung and air are both black
        to_uint8(THORAX.hu(MIDDLE), Window(0.0, 1700.0)),  # a lung of few greys, the soft tissue bright
        np.zeros((100, 100), np.uint8),
        np.full((100, 100), 128, np.uint8),
        np.ones((3, 3), np.uint8),
    ],
    ids=["soft tissue", "nearly cut off", "black", "grey", "tiny"],
)
def test_a_picture_without_lung_tones_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"two tones|no lungs found"):
        picture_lungs(picture)
