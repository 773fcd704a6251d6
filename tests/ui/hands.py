"""A hand on the mouse: events sent to a widget, without a pointer of the platform in between."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

NONE = Qt.KeyboardModifier.NoModifier


def send(view, kind, button, at, buttons=None, modifiers=NONE):
    position = QPointF(*at)
    held = button if buttons is None else buttons
    event = QMouseEvent(kind, position, view.mapToGlobal(position), button, held, modifiers)
    QApplication.sendEvent(view, event)


def drag(view, button, start, *stops, modifiers=NONE):
    send(view, QEvent.Type.MouseButtonPress, button, start, modifiers=modifiers)
    for stop in stops:
        send(view, QEvent.Type.MouseMove, Qt.MouseButton.NoButton, stop, button, modifiers)
    send(view, QEvent.Type.MouseButtonRelease, button, stops[-1], Qt.MouseButton.NoButton, modifiers)


def wheel(view, turned, at=(300, 200), modifiers=NONE):
    position = QPointF(*at)
    event = QWheelEvent(
        position, view.mapToGlobal(position), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
        modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
