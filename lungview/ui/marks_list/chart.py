"""A curve or a histogram, small, with the value under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lungview.marks.derived.histogram import Histogram
from lungview.marks.derived.profile import Profile
from lungview.marks.measure_text import number

_LEFT, _RIGHT, _TOP, _BELOW = 52.0, 10.0, 6.0, 20.0


class Chart(QWidget):
    """x across and y upwards, a curve with gaps where y is NaN, or bars from edge to edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x, self._y = np.zeros(0), np.zeros(0)
        self._bars, self._units = False, ("", "")
        self._at: float | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(88)
        self.setAccessibleName(self.tr("Values of the chosen mark"))

    def sizeHint(self) -> QSize:
        return QSize(280, 150)

    def show_profile(self, found: Profile) -> None:
        self._show(found.at, found.values, False, (found.unit, found.value_unit))

    def show_histogram(self, found: Histogram) -> None:
        self._show(found.edges, found.counts.astype(float), True, (found.unit, ""))

    def _show(self, x: np.ndarray, y: np.ndarray, bars: bool, units: tuple[str, str]) -> None:
        self._x, self._y, self._bars, self._units, self._at = x, y, bars, units, None
        self.update()

    @property
    def said(self) -> str:
        """The value under the mouse, "" beside the curve."""
        if self._at is None or not self._y.size:
            return ""
        if self._bars:
            index = int(np.clip(np.searchsorted(self._x, self._at, "right") - 1, 0, len(self._y) - 1))
            ends = f"{number(self._x[index], '')} – {number(self._x[index + 1], self._units[0])}"
            return f"{ends}: {self._y[index]:.0f}"
        index = int(np.abs(self._x - self._at).argmin())
        if not np.isfinite(self._y[index]):
            return ""
        return f"{self._x[index]:.1f} {self._units[0]}: {number(float(self._y[index]), self._units[1])}"

    def plot(self) -> QRectF:
        """Where the curve is drawn."""
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BELOW)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, (low, high) = self.plot(), self._across()
        self._at = low + (event.position().x() - area.left()) / max(area.width(), 1.0) * (high - low)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._at = None
        self.update()

    def _across(self) -> tuple[float, float]:
        return (float(self._x[0]), float(self._x[-1])) if self._x.size else (0.0, 1.0)

    def _upwards(self) -> tuple[float, float]:
        known = self._y[np.isfinite(self._y)]
        if not known.size:
            return 0.0, 1.0
        low, high = (0.0 if self._bars else float(known.min())), float(known.max())
        return (low, high) if high > low else (low - 1.0, low + 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.plot()
        painter.fillRect(area, self.palette().base())
        self._paint_axes(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color(), 1.5))
        if self._bars:
            self._paint_bars(painter, area)
        else:
            for line in self._lines(area):
                painter.drawPolyline(line)
        painter.setPen(self.palette().windowText().color())
        where = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        painter.drawText(area.adjusted(4, 2, -4, 0), where, self.said)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self.palette().windowText().color())
        (left, right), (low, high) = self._across(), self._upwards()
        flag = Qt.AlignmentFlag
        upper, lower = QRectF(0, area.top(), _LEFT - 4, 16), QRectF(0, area.bottom() - 16, _LEFT - 4, 16)
        painter.drawText(upper, flag.AlignRight | flag.AlignTop, number(_whole(high), ""))
        painter.drawText(lower, flag.AlignRight | flag.AlignBottom, number(_whole(low), ""))
        below = QRectF(area.left(), area.bottom() + 2, area.width(), _BELOW - 2)
        painter.drawText(below, flag.AlignLeft | flag.AlignTop, number(_whole(left), ""))
        painter.drawText(below, flag.AlignRight | flag.AlignTop, number(_whole(right), self._units[0]))
        painter.drawRect(area)

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        colour = self.palette().highlight()
        edges, most = self._to_x(area, self._x), self._upwards()[1]
        for left, right, count in zip(edges[:-1], edges[1:], self._y, strict=True):
            tall = count / most * (area.height() - 18)  # the value under the mouse has the top
            painter.fillRect(QRectF(left, area.bottom() - tall, max(right - left, 1.0), tall), colour)

    def _lines(self, area: QRectF) -> Sequence[QPolygonF]:
        """The parts of the curve without a gap."""
        (low, high), known = self._upwards(), np.isfinite(self._y)
        x = self._to_x(area, self._x)
        y = area.bottom() - (self._y - low) / (high - low) * (area.height() - 18)
        parts = np.split(np.arange(len(x)), np.flatnonzero(np.diff(known)) + 1)
        return [
            QPolygonF([QPointF(float(x[n]), float(y[n])) for n in part])
            for part in parts
            if part.size and known[part[0]]
        ]

    def _to_x(self, area: QRectF, values: np.ndarray) -> np.ndarray:
        left, right = self._across()
        return np.asarray(area.left() + (values - left) / max(right - left, 1e-12) * area.width())


def _whole(value: float) -> float:
    """Rounded to one decimal: what stands at an axis."""
    return round(value, 1)
