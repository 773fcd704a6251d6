"""Figures as painter paths: made of whole arrays, and what drawing point by point makes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QTransform

from lungview.overlays.values import Figure, Shape
from lungview.ui.overlays import figures

POINTS = np.array([(1.5, 2.25), (30.0, 4.0), (-5.0, 11.0)])


def elements(path: QPainterPath) -> list[tuple[object, float, float]]:
    found = [path.elementAt(k) for k in range(path.elementCount())]
    return [(each.type, each.x, each.y) for each in found]


@pytest.mark.parametrize("shape", [Shape.LINE, Shape.CLOSED])
def test_a_line_is_that_of_its_points(shape: Shape) -> None:
    expected = QPainterPath(QPointF(*POINTS[0]))
    for point in POINTS[1:]:
        expected.lineTo(QPointF(*point))
    if shape is Shape.CLOSED:
        expected.closeSubpath()
    assert elements(figures.path(Figure(0, shape, POINTS))) == elements(expected)


def test_points_have_no_line_but_a_cross_each_of_one_size_on_screen() -> None:
    drawn = Figure(0, Shape.POINTS, POINTS)
    assert figures.path(drawn).isEmpty()
    transform = QTransform(3, 0, 0, 2, 10, 20).rotate(30)
    expected = QPainterPath()
    for point in POINTS:
        at = transform.map(QPointF(*point))
        for arm in (QPointF(6, 0), QPointF(0, 6)):
            expected.moveTo(at - arm)
            expected.lineTo(at + arm)
    found = elements(figures.crosses(drawn, transform))
    assert [each[0] for each in found] == [each[0] for each in elements(expected)]
    assert [each[1:] for each in found] == [pytest.approx(each[1:]) for each in elements(expected)]
