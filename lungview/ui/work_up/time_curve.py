"""A nodule's size over its scans: a small curve of the volume, else of the diameter."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lungview.image.values import dates
from lungview.viewer.work_up.sizes import Sizes

_LEFT, _RIGHT, _TOP, _BELOW, _DOT = 58.0, 14.0, 20.0, 20.0, 3.5


class TimeCurve(QWidget):
    """Dates across, size upwards from 0; a dot a scan, one at 0 where the nodule was not there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sizes = Sizes()
        self.setMinimumHeight(110)
        self.setAccessibleName(self.tr("Size over time"))
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(260, 120)

    def show_sizes(self, sizes: Sizes) -> None:
        """Draw these; hidden with fewer than two scans."""
        self.sizes = sizes
        self.setVisible(len(sizes.values) > 1)
        said = [
            f"{dates.date_text(day)}: {value:.1f} {sizes.unit}"
            for day, value in zip(sizes.days, sizes.values, strict=True)
        ]
        self.setToolTip("\n".join(said))
        self.update()

    def plot(self) -> QRectF:
        """Where the curve is drawn."""
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BELOW)

    def points(self) -> list[QPointF]:
        """A place on the widget for each scan."""
        area, most = self.plot(), max((*self.sizes.values, 1e-9))
        span = max(self.sizes.after[-1] if self.sizes.after else 0, 1)
        return [
            QPointF(area.left() + after / span * area.width(), area.bottom() - value / most * area.height())
            for after, value in zip(self.sizes.after, self.sizes.values, strict=True)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.plot()
        painter.setPen(self.palette().placeholderText().color())
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        self._paint_words(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color(), 1.5))
        painter.drawPolyline(QPolygonF(self.points()))
        painter.setBrush(self.palette().highlight())
        for point in self.points():
            painter.drawEllipse(point, _DOT, _DOT)
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self.palette().windowText().color())
        flag, sizes = Qt.AlignmentFlag, self.sizes
        right = flag.AlignRight | flag.AlignVCenter
        painter.drawText(
            QRectF(0, area.top() - 8, _LEFT - 6, 16), right, f"{max(sizes.values, default=0):.0f}"
        )
        painter.drawText(QRectF(0, area.bottom() - 8, _LEFT - 6, 16), right, "0")
        painter.drawText(QRectF(4, 0, self.width() - 8, 16), flag.AlignLeft, f"{self.what}, {sizes.unit}")
        below = QRectF(area.left() - 30, area.bottom() + 3, area.width() + 30 + _RIGHT, _BELOW - 3)
        if sizes.days:
            painter.drawText(below, flag.AlignLeft, dates.date_text(sizes.days[0]))
            painter.drawText(below, flag.AlignRight, dates.date_text(sizes.days[-1]))

    @property
    def what(self) -> str:
        """What is drawn."""
        return self.tr("Volume") if self.sizes.unit == "mm³" else self.tr("Average diameter")
