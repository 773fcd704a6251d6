"""The crosshair in a view: drawn over the picture, dragged at its middle, turned at its ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.viewer.mpr.crosshair import Axis, Crosshair
from lungview.viewer.mpr.lines import Line, angle_on, line_on
from lungview.viewer.sheet import Sheet, sheet_of

if TYPE_CHECKING:
    from lungview.ui.pane.viewport import Viewport

COLOURS = {  # told apart also by who does not see red and green as others do (Okabe and Ito)
    Axis.AXIAL: "#e69f00",
    Axis.CORONAL: "#56b4e9",
    Axis.SAGITTAL: "#f0e442",
    Axis.OBLIQUE: "#cc79a7",
}
REACH = 11.0  # pixels within which a handle is taken
_GAP, _INSET, _HANDLE_AT = 14.0, 14.0, 0.82
_Find = Callable[["Viewport"], tuple[Axis, Crosshair] | None]
_Change = Callable[[Crosshair], None]


class CrosshairTool(Tool):
    """find: which plane the view shows, and the crosshair; None where it shows no plane.

    A press on the middle, or anywhere with Shift, moves the crosshair; one on a line's end turns its plane.
    """

    viewport: Viewport

    def __init__(self, viewport: Viewport, find: _Find, change: _Change) -> None:
        super().__init__(viewport)
        self._find, self._change = find, change
        self._turning: tuple[Axis, float, Crosshair] | None = None
        self._moving = False

    def wants(self, pointer: Pointer) -> bool:
        found, sheet = self._shown()
        if found is None or sheet is None:
            return False
        return pointer.coarse or self._at_middle(pointer) or self._handle_at(pointer) is not None

    def press(self, pointer: Pointer) -> None:
        found, sheet = self._shown()
        handle = None if pointer.coarse or self._at_middle(pointer) else self._handle_at(pointer)
        if found is None or sheet is None:
            return
        if handle is not None:
            about = sheet.at(found[1].point_mm)
            self._turning = handle, angle_on(sheet, _image(pointer), about), found[1]
        else:
            self._moving = True
            self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        found, sheet = self._shown()
        if found is None or sheet is None:
            return
        axis, crosshair = found
        if self._turning is not None:
            turned, began, before = self._turning
            angle = angle_on(sheet, _image(pointer), sheet.at(crosshair.point_mm)) - began
            self._change(before.turned(turned, axis, angle))
        elif self._moving and sheet.shows(_image(pointer)):
            self._change(crosshair.moved(sheet.point_mm(_image(pointer))))

    def release(self, pointer: Pointer) -> None:
        self._turning, self._moving = None, False

    def cancel(self) -> None:
        """Back to where the turn began."""
        if self._turning is not None:
            self._change(self._turning[2])
        self._turning, self._moving = None, False

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for axis, line in self._lines():
            self._paint_line(painter, QColor(COLOURS[axis]), line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_line(self, painter: QPainter, colour: QColor, line: Line) -> None:
        seen = self._on_screen(line)
        if seen is None:
            return
        middle, first, last = seen
        painter.setPen(QPen(colour, 1.2))
        for end in (first, last):
            towards = QLineF(middle, end)
            if towards.length() > _GAP:
                painter.drawLine(QLineF(towards.pointAt(_GAP / towards.length()), end))
        painter.setBrush(colour)
        for handle in _handles(seen):
            painter.drawEllipse(handle, 4.0, 4.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if line.edge != (0.0, 0.0):
            painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DashLine))
            aside = self._vector(line.edge)
            for shift in (aside, -aside):
                painter.drawLine(QLineF(first + shift, last + shift))

    def _shown(self) -> tuple[tuple[Axis, Crosshair] | None, Sheet | None]:
        shown = self.viewport.state.slice
        return self._find(self.viewport), None if shown is None else sheet_of(shown)

    def _lines(self) -> Iterator[tuple[Axis, Line]]:
        """The other planes' lines on this picture."""
        found, sheet = self._shown()
        if found is None or sheet is None:
            return
        mine, crosshair = found
        for axis in Axis:
            line = line_on(sheet, crosshair.plane(axis)) if axis is not mine else None
            if line is not None:
                yield axis, line

    def _on_screen(self, line: Line) -> tuple[QPointF, QPointF, QPointF] | None:
        """The middle of a line and its two ends in the view; None where it is not in sight."""
        middle = self.viewport.image_to_widget(QPointF(*line.at))
        step = self._vector(line.step)
        ends = _clipped(middle, step, QRectF(self.viewport.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET))
        return None if ends is None else (middle, *ends)

    def _vector(self, image: tuple[float, float]) -> QPointF:
        """A step of the image on the screen."""
        return self.viewport.image_to_widget(QPointF(*image)) - self.viewport.image_to_widget(QPointF())

    def _at_middle(self, pointer: Pointer) -> bool:
        found, sheet = self._shown()
        if found is None or sheet is None:
            return False
        middle = self.viewport.image_to_widget(QPointF(*sheet.at(found[1].point_mm)))
        return QLineF(middle, pointer.position).length() <= REACH

    def _handle_at(self, pointer: Pointer) -> Axis | None:
        """The plane whose line's end is under the mouse; the last drawn lies on top."""
        taken = None
        for axis, line in self._lines():
            seen = self._on_screen(line)
            ends = () if seen is None else _handles(seen)
            if any(QLineF(end, pointer.position).length() <= REACH for end in ends):
                taken = axis
        return taken


def _image(pointer: Pointer) -> tuple[float, float]:
    return pointer.image.x(), pointer.image.y()


def _handles(seen: tuple[QPointF, QPointF, QPointF]) -> tuple[QPointF, QPointF]:
    middle, first, last = seen
    return QLineF(middle, first).pointAt(_HANDLE_AT), QLineF(middle, last).pointAt(_HANDLE_AT)


def _clipped(middle: QPointF, step: QPointF, area: QRectF) -> tuple[QPointF, QPointF] | None:
    """The part of a line within an area."""
    low, high = -math.inf, math.inf
    sides = (
        (middle.x(), step.x(), area.left(), area.right()),
        (middle.y(), step.y(), area.top(), area.bottom()),
    )
    for at, by, least, most in sides:
        if abs(by) < 1e-9:
            if not least <= at <= most:
                return None
            continue
        ends = sorted(((least - at) / by, (most - at) / by))
        low, high = max(low, ends[0]), min(high, ends[1])
    return (middle + step * low, middle + step * high) if low < high else None
