"""The coronal map and the density histogram of both lungs, as widgets."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lungview.lung.quantify import AIRY_HU, LEAST_HU, LOW_HU
from lungview.report.lungs.picture import COLOURS, Bars, MapPicture, legend
from lungview.ui.pane.qimage import from_array

_LEGEND, _BAR, _LINE = 70.0, 10.0, 16.0
_TICKS = (-1000, -900, -800, -700, -600, -500)
_Flag = Qt.AlignmentFlag


class CoronalView(QWidget):
    """The map, its legend at the right in per cent, the patient's right at the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: MapPicture | None = None
        self._image = QImage()
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Share of lung below −950 HU, seen from the front"))

    def sizeHint(self) -> QSize:
        return QSize(340, 280)

    def show_map(self, found: MapPicture | None) -> None:
        self.found = found
        self._image = QImage() if found is None else from_array(found.rgba).copy()
        self.update()

    def plot(self) -> QRectF:
        """Where the map is drawn."""
        room = QRectF(self.rect()).adjusted(0, 2, -_LEGEND, -_LINE)
        size = self._image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        left = room.left() + (room.width() - size.width()) / 2
        return QRectF(left, room.top(), size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.found is None:
            return
        painter = QPainter(self)
        area = self.plot()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._image)
        painter.setPen(self.palette().windowText().color())
        below = QRectF(area.left(), area.bottom(), area.width(), _LINE)
        painter.drawText(below, _Flag.AlignLeft | _Flag.AlignVCenter, "R")
        painter.drawText(below, _Flag.AlignRight | _Flag.AlignVCenter, "L")
        self._paint_legend(painter, area, self.found.top)
        painter.end()

    def _paint_legend(self, painter: QPainter, area: QRectF, top: float) -> None:
        bar = QRectF(self.width() - _LEGEND + 4, area.top() + 6, _BAR, max(area.height() - 12, 20))
        painter.drawImage(bar, from_array(COLOURS[::-1].reshape(256, 1, 3)).copy())
        for part, text in legend(top):
            y = bar.bottom() - part * bar.height()
            place = QRectF(bar.right() + 4, y - 8, _LEGEND - _BAR - 8, 16)
            painter.drawText(place, _Flag.AlignLeft | _Flag.AlignVCenter, text)


class HistogramView(QWidget):
    """How much of the airy lung has which HU; the bars below −950 HU stand out, a line is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: Bars | None = None
        self.setMinimumSize(240, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("Density histogram of both lungs"))

    def sizeHint(self) -> QSize:
        return QSize(340, 150)

    def show_bars(self, bars: Bars | None) -> None:
        self.bars = bars
        self.update()

    def plot(self) -> QRectF:
        """Where the bars are drawn."""
        return QRectF(self.rect()).adjusted(4, _LINE + 2, -14, -_LINE - 2)

    def x_of(self, hu: float) -> float:
        area = self.plot()
        return area.left() + area.width() * (hu - LEAST_HU) / (AIRY_HU - LEAST_HU)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.bars is None:
            return
        painter = QPainter(self)
        self._paint_bars(painter, self.bars)
        self._paint_axis(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter, bars: Bars) -> None:
        area, most = self.plot(), max(float(bars.shares.max()), 1e-9)
        low, other = self.palette().highlight(), self.palette().placeholderText()
        for left, right, share in zip(bars.edges[:-1], bars.edges[1:], bars.shares, strict=True):
            tall, x = area.height() * float(share) / most, self.x_of(float(left))
            bar = QRectF(x, area.bottom() - tall, self.x_of(float(right)) - x, tall)
            painter.fillRect(bar, low if right <= LOW_HU else other)

    def _paint_axis(self, painter: QPainter) -> None:
        area, text = self.plot(), self.palette().windowText().color()
        painter.setPen(text)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for hu in _TICKS:
            place = QRectF(self.x_of(hu) - 24, area.bottom() + 2, 48, _LINE)
            if hu == AIRY_HU:
                place.moveRight(self.width())
            painter.drawText(place, _Flag.AlignHCenter | _Flag.AlignTop, f"{hu}".replace("-", "−"))
        x = self.x_of(LOW_HU)
        painter.setPen(QPen(text, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom()))
        words = QRectF(x + 4, 0, self.width() - x - 4, _LINE + 2)
        painter.drawText(words, _Flag.AlignLeft | _Flag.AlignVCenter, self._said())

    def _said(self) -> str:
        assert self.bars is not None
        low = float(self.bars.shares[self.bars.edges[1:] <= LOW_HU].sum())
        return self.tr("%1 below −950 HU").replace("%1", f"{low:.1%}")
