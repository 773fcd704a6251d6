"""Lines around an outline on one slice: in the slice's pixels, around what is outlined."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.nodules.outlining import contour
from lungview.nodules.outlining.outline import Outline


def outline() -> Outline:
    """Slices 5 and 6 of a scan: a square of 4 × 4 px from row 10, column 20 on; on 6 a smaller one too."""
    mask = np.zeros((2, 8, 8), bool)
    mask[:, :4, :4] = True
    mask[1, 6:, 6:] = True
    return Outline(mask, (5, 10, 20), (9, 40, 40), (1.0, 0.7, 0.7), -850.0, 40.0)


def area(line: np.ndarray) -> float:
    x, y = line.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_a_line_lies_around_the_pixels_of_the_outline():
    (line,) = contour.on_slice(outline(), 5)
    assert line.min(axis=0) == pytest.approx((20, 10), abs=0.2)
    assert line.max(axis=0) == pytest.approx((24, 14), abs=0.2)
    assert area(line) == pytest.approx(16, rel=0.15)


def test_pieces_are_told_apart_the_largest_first():
    first, second = contour.on_slice(outline(), 6)
    assert area(first) > area(second) > 2


@pytest.mark.parametrize("z", [4, 7, -1])
def test_beside_the_outline_there_is_no_line(z):
    assert contour.on_slice(outline(), z) == ()
