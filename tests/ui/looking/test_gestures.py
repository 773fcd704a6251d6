"""Fingers and pen, as events of a touchpad, a touch screen and a tablet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lungview.marks.kinds import Kind
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import choose, drawn, phantom
from tests.ui.conftest import make_slice

NONE = Qt.KeyboardModifier.NoModifier
SCREEN = QTest.createTouchDevice()


@pytest.fixture
def window(show: Callable[..., MainWindow]) -> MainWindow:
    return show(phantom(), make_slice(1, 80, 100), make_slice(2, 80, 100))


@pytest.fixture
def viewport(window: MainWindow) -> Viewport:
    return window.session.viewport


def _pinch(viewport: Viewport, value: float, at: QPointF) -> None:
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at,
        viewport.mapToGlobal(at), value, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_a_pinch_zooms_about_the_fingers(viewport: Viewport) -> None:
    at, zoom = QPointF(200, 150), viewport.zoom
    before = viewport.widget_to_image(at)
    _pinch(viewport, 0.25, at)
    assert viewport.zoom == pytest.approx(1.25 * zoom)
    after = viewport.widget_to_image(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.01)


def _slide(viewport: Viewport, x: int, y: int, modifiers: Qt.KeyboardModifier) -> None:
    at = QPointF(200, 150)
    event = QWheelEvent(
        at, viewport.mapToGlobal(at), QPoint(x, y), QPoint(8 * x, 8 * y), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_two_fingers_on_the_touchpad_go_through_slices_and_with_shift_pan(viewport: Viewport) -> None:
    _slide(viewport, 0, -15, NONE)
    assert viewport.state.index == 1
    before = viewport.image_to_widget(QPointF(50, 40))
    _slide(viewport, 30, 20, Qt.KeyboardModifier.ShiftModifier)
    assert viewport.state.index == 1
    moved = viewport.image_to_widget(QPointF(50, 40)) - before
    assert (moved.x(), moved.y()) == pytest.approx((30, 20), abs=1)


def _touch(viewport: Viewport, *steps: tuple[tuple[int, int], ...]) -> None:
    """Each step has the place of each finger; all go down at the first and up after the last."""
    for number, fingers in enumerate(steps):
        sequence = QTest.touchEvent(viewport, SCREEN)
        for finger, (x, y) in enumerate(fingers):
            set_ = sequence.press if number == 0 else sequence.move
            set_(finger, QPoint(x, y), viewport)
        sequence.commit()
    sequence = QTest.touchEvent(viewport, SCREEN)
    for finger, (x, y) in enumerate(steps[-1]):
        sequence.release(finger, QPoint(x, y), viewport)
    sequence.commit()


def test_two_fingers_on_glass_pan_and_zoom_in_one_undo(window: MainWindow, viewport: Viewport) -> None:
    zoom = viewport.zoom
    under = viewport.widget_to_image(QPointF(200, 200))
    _touch(viewport, ((150, 200), (250, 200)), ((130, 220), (330, 220)))
    assert viewport.zoom == pytest.approx(2 * zoom, rel=0.01)
    now = viewport.image_to_widget(under)
    assert (now.x(), now.y()) == pytest.approx((230, 220), abs=2)
    assert drawn(window) == ()
    window.actions_table["edit.undo"].trigger()
    assert viewport.zoom == pytest.approx(zoom)


def test_one_finger_is_the_chosen_tool(window: MainWindow, viewport: Viewport) -> None:
    choose(window, "ruler")
    one, other = pointing.at(viewport, 30, 40), pointing.at(viewport, 70, 40)
    _touch(viewport, ((one.x(), one.y()),), ((one.x() + 20, one.y()),), ((other.x(), other.y()),))
    (made,) = drawn(window)
    assert made.kind is Kind.RULER
    assert made.points[1].x - made.points[0].x == pytest.approx(40, abs=0.5)


def _pen(viewport: Viewport, kind: QEvent.Type, x: float, y: float, *, eraser: bool = False) -> None:
    pointer = QPointingDevice.PointerType.Eraser if eraser else QPointingDevice.PointerType.Pen
    device = QPointingDevice(
        "pen", 7, QPointingDevice.DeviceType.Stylus, pointer, QPointingDevice.Capability.Position, 1, 1
    )
    at = viewport.image_to_widget(QPointF(x, y))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    moved, up = kind is QEvent.Type.TabletMove, kind is QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind, device, at, viewport.mapToGlobal(at), 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, NONE,
        none if moved else left, none if up else left,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def _stroke(viewport: Viewport, *points: tuple[float, float], eraser: bool = False) -> None:
    _pen(viewport, QEvent.Type.TabletPress, *points[0], eraser=eraser)
    for point in points[1:]:
        _pen(viewport, QEvent.Type.TabletMove, *point, eraser=eraser)
    _pen(viewport, QEvent.Type.TabletRelease, *points[-1], eraser=eraser)


def test_the_pen_draws_a_contour_and_its_eraser_deletes_it(window: MainWindow, viewport: Viewport) -> None:
    choose(window, "contour")
    _stroke(viewport, (30, 20), (50, 20), (70, 20), (70, 40), (70, 60), (50, 60), (30, 60), (30, 40))
    (made,) = drawn(window)
    assert made.box == pytest.approx((30, 20, 70, 60), abs=0.01)  # to a fraction of a pixel: no mouse's grid
    _stroke(viewport, (10, 10), (70, 50), eraser=True)
    assert drawn(window) == ()
