"""A mouse that points at image coordinates."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from lungview.ui.pane.viewport import Viewport

LEFT = Qt.MouseButton.LeftButton


def at(viewport: Viewport, x: float, y: float) -> QPoint:
    return viewport.image_to_widget(QPointF(x, y)).toPoint()


def press(viewport: Viewport, x: float, y: float) -> None:
    QTest.mousePress(viewport, LEFT, pos=at(viewport, x, y))


def move(viewport: Viewport, x: float, y: float) -> None:
    QTest.mouseMove(viewport, at(viewport, x, y))


def release(viewport: Viewport, x: float, y: float) -> None:
    QTest.mouseRelease(viewport, LEFT, pos=at(viewport, x, y))


def drag(viewport: Viewport, *points: tuple[float, float]) -> None:
    """Press at the first point, move through all, release at the last."""
    press(viewport, *points[0])
    for point in points[1:]:
        move(viewport, *point)
    release(viewport, *points[-1])


def click(viewport: Viewport, *points: tuple[float, float]) -> None:
    """Move to each point and click."""
    for point in points:
        move(viewport, *point)
        QTest.mouseClick(viewport, LEFT, pos=at(viewport, *point))


def double_click(viewport: Viewport, x: float, y: float) -> None:
    """As a person does it: a click, then the double click on the same place."""
    click(viewport, (x, y))
    QTest.mouseDClick(viewport, LEFT, pos=at(viewport, x, y))
