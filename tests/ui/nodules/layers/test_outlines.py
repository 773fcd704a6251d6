"""The label of a finding stands beside its outline and keeps out of the other texts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSizeF

from lungview.ui.nodules.layers.outlines import label_place

SIGHT, SIZE = QRectF(0, 0, 300, 200), QSizeF(30, 14)
MIDDLE = QRectF(140, 90, 20, 20)


def place(around: QRectF, *taken: QRectF) -> tuple[float, float]:
    found = label_place(around, SIZE, SIGHT, taken)
    assert SIGHT.contains(found)
    return found.left(), found.top()


def test_it_stands_above_and_to_the_right() -> None:
    assert place(MIDDLE) == (164, 76)


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        (QRectF(150, 60, 150, 20), (106, 76)),  # to the left
        (QRectF(0, 60, 300, 20), (164, 110)),  # below
        (QRectF(0, 0, 300, 200), (164, 76)),  # no place is free
    ],
)
def test_it_keeps_out_of_other_texts(taken: QRectF, found: tuple[float, float]) -> None:
    assert place(MIDDLE, taken) == found


@pytest.mark.parametrize(
    ("around", "found"),
    [
        (QRectF(270, 90, 30, 20), (236, 76)),  # at the right edge
        (QRectF(140, 0, 20, 20), (164, 20)),  # at the upper edge
        (SIGHT, (270, 0)),  # around all that is in sight
    ],
)
def test_it_stays_in_sight(around: QRectF, found: tuple[float, float]) -> None:
    assert place(around) == found
