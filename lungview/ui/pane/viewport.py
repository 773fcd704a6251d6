"""The viewport: paints one ViewState and passes the mouse to tools."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from lungview.ui.pane import overlay_paint
from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.tools.mouse import Mouse

Layer = Callable[[QPainter, "Viewport"], None]
"""Draws over the picture, with a painter in image coordinates (x = column, y = row)."""


class Viewport(Canvas):
    """A canvas with hands and layers, which are drawn in order, above the picture, below the text."""

    activated = Signal()  # a press, a wheel turn or the focus: this is the viewport in use
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[Layer] = []
        self.mouse = Mouse(self)
        self.pane.cleared.connect(self.mouse.cancel)

    def paint_layers(self, painter: QPainter) -> None:
        transform = self.transform()
        for layer in self.layers if self.pane.state.slice is not None else ():
            painter.save()
            painter.setTransform(transform, True)
            layer(painter, self)
            painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        self.paint_picture(painter)
        self.paint_layers(painter)
        self.mouse.paint(painter)
        overlay_paint.paint(painter, self)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse.move(event)
        self.point(self.widget_to_image(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.mouse.double_click(event):
            self.double_clicked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # a right drag is a zoom: `Mouse` asks for the menu when the button did not move

    def leaveEvent(self, event: QEvent) -> None:
        self.point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.activated.emit()
        self.mouse.wheel(event)
        event.accept()
