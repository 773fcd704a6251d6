"""The curve of a series: probability against slice position, with the operating point and its band."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from lungview.classify.series import SlicePoint, height
from lungview.model.card import ModelCard

_LINE, _REFUSED, _ERROR = QColor("#f0a04b"), QColor("#9aa5b1"), QColor("#ff8a80")


class Curve(QWidget):
    """Filled dots are judged slices, hollow ones were refused by the gate, crosses could not be read.

    chosen(index) follows a click: the nearest slice that was classified.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: list[SlicePoint] = []
        self._card: ModelCard | None = None
        self._count, self._current = 1, 0
        self.setMinimumHeight(90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Probability against slice"))

    def sizeHint(self) -> QSize:
        return QSize(400, 140)

    def begin(self, card: ModelCard | None, count: int) -> None:
        """An empty curve for a series of so many slices."""
        self.points, self._card, self._count = [], card, max(count, 1)
        self.update()

    def show_points(self, points: Sequence[SlicePoint]) -> None:
        self.points = list(points)
        self.update()

    def add(self, point: SlicePoint) -> None:
        self.points.append(point)
        self.update()

    def mark(self, index: int) -> None:
        """The slice on screen."""
        self._current = index
        self.update()

    def plot(self) -> QRectF:
        """Where values are drawn, in widget coordinates."""
        margin = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(2.6 * margin, 6, -8, -margin - 4)

    def x_of(self, index: int) -> float:
        area = self.plot()
        return area.left() + area.width() * (index + 0.5) / self._count

    def _y_of(self, value: float) -> float:
        area = self.plot()
        return area.bottom() - area.height() * value

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.points:
            x = event.position().x()
            self.chosen.emit(min((p.index for p in self.points), key=lambda index: abs(self.x_of(index) - x)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        if self._card is not None:
            self._paint_points(painter, self._card)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        area, text = self.plot(), self.palette().windowText().color()
        painter.fillRect(area, self.palette().base())
        if self._card is not None:
            low, high = self._card.operating_point.uncertain
            shade = QColor(text)
            shade.setAlpha(40)
            painter.fillRect(
                QRectF(area.left(), self._y_of(high), area.width(), (high - low) * area.height()), shade
            )
            painter.setPen(QPen(text, 1, Qt.PenStyle.DashLine))
            y = self._y_of(self._card.operating_point.threshold)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(text)
        for value in (0.0, 0.5, 1.0):
            box = QRectF(0, self._y_of(value) - 10, area.left() - 4, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:g}")
        below = QRectF(area.left(), area.bottom() + 2, area.width(), self.height() - area.bottom())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(self._count))
        painter.setPen(QPen(self.palette().highlight().color(), 1.5))
        x = self.x_of(self._current)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_points(self, painter: QPainter, card: ModelCard) -> None:
        judged = [
            QPointF(self.x_of(p.index), self._y_of(height(card, p.judged))) for p in self.points if p.judged
        ]
        painter.setPen(QPen(_LINE, 1.5))
        painter.drawPolyline(QPolygonF(judged))
        painter.setBrush(_LINE)
        for at in judged:
            painter.drawEllipse(at, 2.5, 2.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for point in self.points:
            at = QPointF(self.x_of(point.index), self.plot().bottom() - 4)
            if point.case.error is not None:
                painter.setPen(QPen(_ERROR, 1.5))
                painter.drawLine(at + QPointF(-3, -3), at + QPointF(3, 3))
                painter.drawLine(at + QPointF(-3, 3), at + QPointF(3, -3))
            elif point.judged is None:
                painter.setPen(QPen(_REFUSED, 1.2))
                painter.drawEllipse(at, 2.5, 2.5)
