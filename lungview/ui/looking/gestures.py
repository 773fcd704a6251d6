"""Fingers and pen: pinch zooms, two fingers pan, one finger or the pen is the left button."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QEventPoint,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.pane import camera
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.state import ViewState

_MOUSE = {
    QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
    QEvent.Type.TabletMove: QEvent.Type.MouseMove,
    QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
    QEvent.Type.TouchBegin: QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchUpdate: QEvent.Type.MouseMove,
    QEvent.Type.TouchEnd: QEvent.Type.MouseButtonRelease,
}
_NO_FINGER = QEventPoint.State.Released


class Gestures(QObject):
    """What a viewport makes of events that are neither mouse nor key.

    Touchpad: a pinch zooms, a slide of two fingers with Shift pans (without, it goes through slices as a
    wheel does). Touch screen: one finger is the chosen tool, two pan and zoom. Pen: its tip is the chosen
    tool, its eraser deletes the mark it touches.
    """

    def __init__(self, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._view = viewport
        self._before: ViewState | None = None  # two fingers are down since
        self._pressed = False  # one finger is
        viewport.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        viewport.installEventFilter(self)
        kind = QEvent.Type
        self._slots: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            kind.NativeGesture: self._on_gesture,
            kind.Wheel: self._on_wheel,
            kind.TouchBegin: self._on_touch,
            kind.TouchUpdate: self._on_touch,
            kind.TouchEnd: self._on_touch,
            kind.TouchCancel: self._on_lost,
            kind.TabletPress: self._on_pen,
            kind.TabletMove: self._on_pen,
            kind.TabletRelease: self._on_pen,
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        slot = self._slots.get(event.type())
        if slot is None or self._view.state.slice is None or not slot(event):
            return False
        event.accept()
        return True

    def _on_gesture(self, event: QEvent) -> bool:
        gesture = cast(QNativeGestureEvent, event)
        kind = gesture.gestureType()
        if kind is Qt.NativeGestureType.ZoomNativeGesture:
            self._view.zoom_by(max(1.0 + gesture.value(), 0.1), gesture.position(), _zoom())
        elif kind is Qt.NativeGestureType.PanNativeGesture:
            self._pan(QPointF(gesture.delta()))
        else:
            return False
        return True

    def _on_wheel(self, event: QEvent) -> bool:
        wheel = cast(QWheelEvent, event)
        if not wheel.modifiers() & Qt.KeyboardModifier.ShiftModifier or wheel.pixelDelta().isNull():
            return False
        self._pan(QPointF(wheel.pixelDelta()))
        return True

    def _pan(self, step: QPointF) -> None:
        view, shown = self._view, self._view.state.slice
        if shown is not None:
            device = step * view.devicePixelRatioF()
            view.change(lambda s: s.seen_by(camera.panned(shown, s.camera, view.device_size(), device)))

    def _on_touch(self, event: QEvent) -> bool:
        fingers = [each for each in cast(QTouchEvent, event).points() if each.state() != _NO_FINGER]
        if len(fingers) >= 2:
            self._two(fingers[0], fingers[1])
        elif self._before is not None:
            self._end_of_two(not fingers)
        else:
            self._one(event, cast(QTouchEvent, event).points()[0])
        return True

    def _one(self, event: QEvent, finger: QEventPoint) -> None:
        kind = _MOUSE[event.type()]
        self._pressed = kind is not QEvent.Type.MouseButtonRelease
        self._as_mouse(kind, finger.position(), Qt.MouseButton.LeftButton)

    def _two(self, one: QEventPoint, other: QEventPoint) -> None:
        if self._before is None:
            if self._pressed:
                self._view.mouse.cancel()  # the second finger came: the first one drew nothing
            self._pressed, self._before = False, self._view.state
            return
        now, then = (one.position() + other.position()) / 2, (one.lastPosition() + other.lastPosition()) / 2
        self._pan(now - then)
        apart, before = (
            _apart(one.position(), other.position()),
            _apart(one.lastPosition(), other.lastPosition()),
        )
        if apart > 1 and before > 1:
            self._view.zoom_by(apart / before, now)

    def _end_of_two(self, last: bool) -> None:
        """The second of two fingers that stays on the glass is no tool."""
        if last and self._before is not None:
            self._view.record(_zoom(), self._before)
            self._before = None

    def _on_lost(self, _: QEvent) -> bool:
        """The system took the touch: what it had begun is left as it was."""
        self._view.mouse.cancel()
        self._pressed, self._before = False, None
        return True

    def _on_pen(self, event: QEvent) -> bool:
        pen = cast(QTabletEvent, event)
        if pen.pointerType() is QPointingDevice.PointerType.Eraser:
            if pen.buttons():
                self._erase(pen.position())
            return True
        moved = event.type() is QEvent.Type.TabletMove
        button = Qt.MouseButton.NoButton if moved else pen.button()
        self._as_mouse(_MOUSE[event.type()], pen.position(), button, pen.buttons(), pen.modifiers())
        return True

    def _erase(self, at: QPointF) -> None:
        for tool in self._view.mouse.grabbers:
            if isinstance(tool, SelectTool) and tool.select_at(at):
                tool.delete_selected()

    def _as_mouse(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton | None = None,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        holding = button if held is None else held
        mouse = QMouseEvent(kind, at, self._view.mapToGlobal(at), button, holding, modifiers)
        QApplication.sendEvent(self._view, mouse)


def _apart(one: QPointF, other: QPointF) -> float:
    step = one - other
    return float(QPointF.dotProduct(step, step) ** 0.5)


def _zoom() -> str:
    return QCoreApplication.translate("Undo", "Zoom")
