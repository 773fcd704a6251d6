"""Brush and threshold change a copy; what cannot be is refused."""

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.nodules.outlining.edit import brush, stroke, threshold
from lungview.nodules.outlining.outline import Outline

SHAPE, SPACING = (5, 40, 40), (2.0, 0.5, 0.5)


def square() -> Outline:
    return Outline(np.ones((1, 10, 10), bool), (2, 10, 10), SHAPE, SPACING, -860.0, 40.0)


def test_a_brush_paints_a_disc_of_its_radius_on_its_slice_only() -> None:
    painted = brush(square(), (3, 20, 20), 3.0)
    assert painted.whole()[3].sum() * 0.25 == pytest.approx(np.pi * 9, rel=0.05)
    assert painted.whole()[2].sum() == 100


def test_a_brush_rubs_out_and_leaves_the_old_outline() -> None:
    old = square()
    assert not brush(old, (2, 10, 10), 1.0, add=False).whole()[2, 10, 10]
    assert old.whole()[2, 10, 10]


def test_a_threshold_keeps_the_largest_piece_within_it() -> None:
    hu = np.full(SHAPE, -800.0)
    hu[2, 10:20, 10:14] = 40
    hu[2, 10, 18] = 40
    kept = threshold(square(), hu, -100, 100)
    assert kept.whole().sum() == 40


@pytest.mark.parametrize(
    "edit",
    [
        lambda o: brush(o, (2, 15, 15), 0.0),
        lambda o: brush(o, (2, 15, 15), 50.0, add=False),
        lambda o: threshold(o, np.zeros(SHAPE), 10, 20),
        lambda o: threshold(o, np.zeros(SHAPE), 20, 10),
    ],
)
def test_an_edit_that_leaves_nothing_is_refused(edit) -> None:
    with pytest.raises(InputError, match="expected"):
        edit(square())


def test_a_stroke_paints_between_the_places_it_passed() -> None:
    painted = stroke(square(), 2, [(15, 15), (15, 35)], 1.0)
    assert painted.whole()[2, 15, 10:36].all()
    assert not painted.whole()[2, 25, 30]


def test_a_stroke_beside_the_scan_changes_nothing() -> None:
    assert np.array_equal(stroke(square(), 9, [(15, 15)], 1.0).whole(), square().whole())
