"""Where things are drawn, in numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.ui.annotate import drawing, labels

SIGHT = QRectF(0, 0, 400, 300)
SIZE = QSizeF(100, 40)


@pytest.mark.parametrize(
    ("corner", "below", "expected"),
    [
        ((200, 100), 150, (200, 100)),  # room to the right
        ((350, 100), 150, (300, 150)),  # none: under the drawing
        ((350, 100), 290, (300, 260)),  # nor under it: in sight at least
        ((-50, -20), 10, (0, 0)),
    ],
)
def test_a_text_stays_in_sight_and_off_its_drawing(
    corner: tuple[float, float], below: float, expected: tuple[float, float]
) -> None:
    found = labels.text_box(QPointF(*corner), SIZE, SIGHT, below)
    assert (found.left(), found.top(), found.size()) == (*expected, SIZE)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 8.0])
def test_a_line_is_as_easy_to_hit_at_every_zoom(zoom: float) -> None:
    ruler = Annotation(Kind.RULER, (Point(10, 10), Point(90, 10)))
    transform = QTransform.fromScale(zoom, zoom)
    middle = QPointF(50 * zoom, 10 * zoom)
    assert drawing.hit(ruler, transform, middle + QPointF(0, drawing.REACH - 1))
    assert not drawing.hit(ruler, transform, middle + QPointF(0, drawing.REACH + 1))


def test_the_inside_of_a_region_is_free_for_other_tools() -> None:
    ellipse = Annotation(Kind.ELLIPSE, (Point(0, 0), Point(100, 100)))
    assert not drawing.hit(ellipse, QTransform(), QPointF(50, 50))


def test_of_two_handles_in_reach_the_nearer_is_taken() -> None:
    ruler = Annotation(Kind.RULER, (Point(10, 10), Point(16, 10)))
    assert drawing.handle_at(ruler, QTransform(), QPointF(14, 10)) == 1
    assert drawing.handle_at(ruler, QTransform(), QPointF(40, 10)) is None
