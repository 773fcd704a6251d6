"""Whether lungs may be told in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.lung.reliability import reasons
from lungview.lung.technique import Technique

MM = (1.0, 0.7, 0.7)


@pytest.fixture
def lung() -> np.ndarray:
    labels = np.zeros((40, 40, 40), np.uint8)
    labels[2:-2, 2:-2, 2:-2] = 1
    return labels


def test_a_whole_lung_in_thin_slices_may_be_told(lung: np.ndarray) -> None:
    assert reasons(lung, MM, Technique(3.0), ()) == ()


def test_thick_slices_and_what_the_mask_lacks_are_reasons(lung: np.ndarray) -> None:
    assert reasons(lung, MM, Technique(5.0), ("no left lung found",)) == (
        "no left lung found",
        "slices 5 mm thick or apart: at most 3 mm are expected",
    )


@pytest.mark.parametrize("end", [(slice(None), 0), (slice(None), -1), (..., 0), (..., -1)])
def test_a_lung_on_any_edge_of_the_picture_is_cut(lung: np.ndarray, end) -> None:
    lung[end] = 1
    assert reasons(lung, MM, Technique(1.0), ()) == (
        "the lungs reach the edge of the picture: part of them is not in it",
    )
