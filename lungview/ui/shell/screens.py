"""Sizes that fit the screen: a button that lies outside it cannot be pressed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 48)  # px that a title bar and borders may add; Qt knows them only once a window is up


def room(window: QWidget) -> QSize:
    """What the screen of a top-level widget has for it inside its frame, in device-independent pixels."""
    return window.screen().availableSize() - FRAME


def resize_within(window: QWidget, width: int, height: int) -> None:
    """Make a top-level widget width × height px, or as large as its screen has room for.

    One that is up grows about its middle, and stays on the screen.
    """
    middle = window.frameGeometry().center()
    window.resize(QSize(width, height).boundedTo(room(window)))
    if window.isVisible():
        within, frame = window.screen().availableGeometry(), window.frameGeometry()
        frame.moveCenter(middle)
        last = within.bottomRight() - QPoint(frame.width() - 1, frame.height() - 1)
        x, y = min(frame.x(), last.x()), min(frame.y(), last.y())
        window.move(max(x, within.x()), max(y, within.y()))
