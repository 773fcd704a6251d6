"""Left drag: window width to the right, level upwards."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt

from lungview.image.window import VoiLutFunction, Window
from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.viewer.state import ViewState

FINE, COARSE = 0.2, 4.0
GAIN = 1 / 400  # of the width, per pixel: a drag across 400 pixels doubles a lung or a brain window alike
MOST = 1e6  # width and center beyond any modality's range


def dragged(window: Window, right: float, brighter: float) -> Window:
    """The window after a drag, in pixels; sanitised. A VOI LUT gives way to a linear window."""
    function = window.function if window.lut is None else VoiLutFunction.LINEAR
    least = least_width(function)
    step = max(window.width, least) * GAIN
    center = window.center - brighter * step
    width = window.width + right * step
    return Window(min(max(center, -MOST), MOST), min(max(width, least), MOST), function)


def least_width(function: VoiLutFunction) -> float:
    """The narrowest window: one value wide for whole numbers (LINEAR), nearly nothing for fractions."""
    return 1.0 if function is VoiLutFunction.LINEAR else 1.0 / MOST


class WindowTool(Tool):
    """Proportional gain; Ctrl fine, Shift coarse; the direction of brighter is a setting."""

    id = "tool.window"
    cursor = Qt.CursorShape.ArrowCursor

    def press(self, pointer: Pointer) -> None:
        self._before: ViewState | None = self.viewport.state
        self._last = pointer.position

    def move(self, pointer: Pointer) -> None:
        step, self._last = pointer.position - self._last, pointer.position
        state = self.viewport.state
        if step.isNull() or state.slice is None or state.slice.colour:
            return
        gain = FINE if pointer.fine else COARSE if pointer.coarse else 1.0
        upwards = -1.0 if self.viewport.up_is_brighter else 1.0
        window = dragged(state.window, step.x() * gain, upwards * step.y() * gain)
        self.viewport.change(lambda s: s.windowed(window))

    def release(self, pointer: Pointer) -> None:
        if self._before is not None:
            self.viewport.record(QCoreApplication.translate("Undo", "Window"), self._before)
        self._before = None

    def cancel(self) -> None:
        before = getattr(self, "_before", None)
        if before is not None:
            self.viewport.change(lambda s: replace(s, presentation=before.presentation))
        self._before = None
