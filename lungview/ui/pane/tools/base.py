"""What a mouse tool of the viewport is: one class a file, `Tool` and nothing else to know."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from lungview.ui.pane.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mouse event. position: widget coordinates; image: image coordinates (x = column, y = row)."""

    position: QPointF
    image: QPointF
    button: Qt.MouseButton
    modifiers: Qt.KeyboardModifier

    @property
    def fine(self) -> bool:
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def coarse(self) -> bool:
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)


class Tool:
    """A tool of one viewport; only what it overrides does something.

    id: the action that chooses it. A drag is press, moves, release; `cancel` ends one that must leave
    nothing behind (Esc, another slice, the window loses the mouse). `moved` is called without a button.
    """

    id = ""
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, viewport: Canvas) -> None:
        self.viewport = viewport

    def wants(self, pointer: Pointer) -> bool:
        """Whether this press is for this tool though another is chosen (a handle under the mouse)."""
        return False

    def press(self, pointer: Pointer) -> None: ...

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def double_click(self, pointer: Pointer) -> bool:
        """Whether the tool used it; the viewport otherwise goes full screen."""
        return False

    def moved(self, pointer: Pointer) -> None: ...

    def paint(self, painter: QPainter) -> None:
        """Draw what is under way; the painter is in widget coordinates."""

    def cancel(self) -> None: ...
