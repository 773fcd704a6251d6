"""Which tool gets which button: left the chosen one, middle pan, right zoom, wheel slices."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.ui.pane.tools.pan import PanTool
from lungview.ui.pane.tools.window import WindowTool
from lungview.ui.pane.tools.zoom import ZoomTool

NOTCH = 120  # eighths of a degree: one step of an ordinary wheel
ZOOM_PER_NOTCH = 1.25


class Mouse:
    """Tools by button for one viewport.

    tool: what the left button does. grabbers: tools asked first, in order, whether a left press is theirs.
    """

    def __init__(self, viewport: Canvas) -> None:
        self._viewport = viewport
        self.tool: Tool = WindowTool(viewport)
        viewport.setCursor(self.tool.cursor)
        self.grabbers: list[Tool] = []
        self._middle, self._right = PanTool(viewport), ZoomTool(viewport)
        self._dragging: tuple[Tool, Qt.MouseButton] | None = None
        self._pressed_at = QPointF()
        self._turned = 0

    def choose(self, tool: Tool) -> None:
        """Give the left button another tool; a drag under way is cancelled."""
        self.cancel()
        self.tool = tool
        self._viewport.setCursor(tool.cursor)
        self._viewport.update()

    @property
    def busy(self) -> bool:
        """Whether a drag is under way."""
        return self._dragging is not None

    def pointer(self, event: QMouseEvent) -> Pointer:
        position = event.position()
        return Pointer(position, self._viewport.widget_to_image(position), event.button(), event.modifiers())

    def press(self, event: QMouseEvent) -> None:
        if self._dragging is not None or self._viewport.state.slice is None:
            return
        pointer = self.pointer(event)
        tool = self._tool_for(pointer)
        if tool is not None:
            self._dragging, self._pressed_at = (tool, event.button()), event.position()
            tool.press(pointer)

    def move(self, event: QMouseEvent) -> None:
        if self._dragging is not None:
            self._dragging[0].move(self.pointer(event))
        elif self._viewport.state.slice is not None:
            pointer = self.pointer(event)
            for tool in (*self.grabbers, self.tool):
                tool.moved(pointer)

    def release(self, event: QMouseEvent) -> None:
        still = (event.position() - self._pressed_at).manhattanLength() < QApplication.startDragDistance()
        if self._dragging is not None and event.button() == self._dragging[1]:
            tool, self._dragging = self._dragging[0], None
            tool.release(self.pointer(event))
        if event.button() == Qt.MouseButton.RightButton and still:
            self._viewport.menu_wanted.emit(event.position(), event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> bool:
        """Whether a tool used it; a double click of another button is two presses."""
        if event.button() != Qt.MouseButton.LeftButton:
            self.press(event)
            return True
        pointer = self.pointer(event)
        self._dragging = None
        return any(tool.double_click(pointer) for tool in (*self.grabbers, self.tool))

    def wheel(self, event: QWheelEvent) -> None:
        """Slices, one a notch; with Ctrl zoom to the cursor. A trackpad's small steps add up."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = ZOOM_PER_NOTCH ** (turned / NOTCH)
            self._viewport.zoom_by(factor, event.position(), QCoreApplication.translate("Undo", "Zoom"))
            return
        self._turned = turned if turned * self._turned < 0 else self._turned + turned
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        if steps:
            self._viewport.scrolled.emit(-steps)

    def cancel(self) -> None:
        """End what is under way and leave nothing of it."""
        if self._dragging is not None:
            self._dragging[0].cancel()
        self._dragging = None
        for tool in (*self.grabbers, self.tool):
            tool.cancel()

    def paint(self, painter: QPainter) -> None:
        for tool in (*self.grabbers, self.tool):
            tool.paint(painter)

    def _tool_for(self, pointer: Pointer) -> Tool | None:
        if pointer.button == Qt.MouseButton.LeftButton:
            return next((tool for tool in self.grabbers if tool.wants(pointer)), self.tool)
        by_button = {Qt.MouseButton.MiddleButton: self._middle, Qt.MouseButton.RightButton: self._right}
        return by_button.get(pointer.button)
