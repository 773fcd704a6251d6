"""The nodule box: drag it around a nodule, for models that judge one; its size in mm beside it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lungview.image.slice import Slice
from lungview.model.input import Box
from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.tools.marquee import Marquee
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.second_reader.reader import SecondReader

COLOUR = QColor("#4aa3df")
LEAST = 3.0  # px a side: less is a slip of the hand


def size_text(shown: Slice, region: QRectF) -> str:
    """Width × height of a rectangle of the slice, in mm, or in pixels where their size is not known."""
    if shown.spacing is None:
        return (
            QCoreApplication.translate("NoduleBox", "%1 × %2 px")
            .replace("%1", f"{region.width():.0f}")
            .replace("%2", f"{region.height():.0f}")
        )
    width, height = region.width() * shown.spacing.column, region.height() * shown.spacing.row
    text = QCoreApplication.translate("NoduleBox", "%1 × %2 mm")
    return text.replace("%1", f"{width:.1f}").replace("%2", f"{height:.1f}")


def paint_box(painter: QPainter, viewport: Canvas, region: QRectF) -> None:
    """The box and its size; the painter is in widget coordinates."""
    shown = viewport.state.slice
    if shown is None:
        return
    area = viewport.transform().mapRect(region)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 170), 3), QPen(COLOUR, 1.5)):
        painter.setPen(pen)
        painter.drawRect(area)
    painter.drawText(area.bottomLeft() + QPointF(0, 14), size_text(shown, region))


class NoduleBoxTool(Marquee):
    """Sets the second reader's box and has the slice judged; a click in the box takes it away."""

    id = "tool.nodule_box"

    def __init__(self, viewport: Viewport, reader: SecondReader) -> None:
        super().__init__(viewport)
        self._reader = reader

    def take(self, region: QRectF) -> None:
        shown = self.viewport.state.slice
        if shown is None:
            return
        if min(region.width(), region.height()) < LEAST:
            self._take_away(shown, region.center())
            return
        self._reader.set_box(shown, Box(region.top(), region.left(), region.bottom(), region.right()))
        if self._reader.needs_box:
            self._reader.run()
        else:
            said = QCoreApplication.translate(
                "NoduleBox", "The chosen model judges whole slices; the box is for nodule models."
            )
            self._reader.workspace.news.told.emit(said)

    def _take_away(self, shown: Slice, at: QPointF) -> None:
        """A click inside the box, without dragging, removes it."""
        box = self._reader.box(shown)
        if box is not None and QRectF(box.left, box.top, box.columns, box.rows).contains(at):
            self._reader.set_box(shown, None)

    def paint(self, painter: QPainter) -> None:
        if self.region is not None:
            paint_box(painter, self.viewport, self.region)
