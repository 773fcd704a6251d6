"""The comparison with the user's labels: figures with intervals, confusion matrix, ROC and calibration."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.classify.acceptance import NO_CALL, Acceptance, sentence
from lungview.model.card import ModelCard


class Curve(QWidget):
    """A curve in the unit square over its diagonal; dot: one marked point."""

    def __init__(
        self, title: str, points: list[tuple[float, float]], dot: tuple[float, float] | None = None
    ) -> None:
        super().__init__()
        self.title, self.points, self.dot = title, points, dot
        self.setMinimumSize(260, 280)
        self.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().text().color()
        painter.setPen(ink)
        painter.drawText(QRectF(0, 0, self.width(), 20), Qt.AlignmentFlag.AlignCenter, self.title)
        side = min(self.width() - 44, self.height() - 52)
        area = QRectF(36, 26, side, side)
        self._axes(painter, area, ink)
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawPolyline(QPolygonF([_at(area, p) for p in self.points]))
        if self.dot is not None:
            painter.setBrush(QColor("#d9534f"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(_at(area, self.dot), 4, 4)

    def _axes(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        painter.setPen(QPen(ink, 0.5))
        painter.drawRect(area)
        painter.setPen(QPen(ink, 0.5, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        painter.setPen(ink)
        for value in (0.0, 0.5, 1.0):
            foot, side = _at(area, (value, 0.0)), _at(area, (0.0, value))
            painter.drawText(
                QRectF(foot.x() - 20, foot.y() + 3, 40, 16), Qt.AlignmentFlag.AlignHCenter, f"{value:g}"
            )
            painter.drawText(
                QRectF(side.x() - 34, side.y() - 8, 30, 16), Qt.AlignmentFlag.AlignRight, f"{value:g}"
            )


def _at(area: QRectF, point: tuple[float, float]) -> QPointF:
    return QPointF(area.left() + point[0] * area.width(), area.bottom() - point[1] * area.height())


class AcceptanceDialog(QDialog):
    """Shows an Acceptance."""

    def __init__(self, found: Acceptance, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Against your labels"))
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(sentence(found) + self.tr(" (95 % intervals)"), wordWrap=True))
        layout.addWidget(_confusion(found, card))
        both = bool(found.sensitivity.total and found.specificity.total)
        point = (1 - found.specificity.value, found.sensitivity.value) if both else None
        curves = QHBoxLayout()
        curves.addWidget(Curve(self.tr("Sensitivity over 1 − specificity"), list(found.roc), point))
        bins = [(mean, share) for mean, share, _ in found.calibration]
        curves.addWidget(Curve(self.tr("Share malignant over probability"), bins))
        layout.addLayout(curves)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(660, 620)


def _confusion(found: Acceptance, card: ModelCard) -> QTableWidget:
    texts = {c.key: c.text for c in card.classes}
    names = [texts[key] for key in found.keys]
    table = QTableWidget(len(names), len(names) + 1)
    table.setHorizontalHeaderLabels([*names, NO_CALL])
    table.setVerticalHeaderLabels(names)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    for r, counts in enumerate(found.confusion):
        for c, count in enumerate(counts):
            item = QTableWidgetItem(f"{int(count):,}")
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(r, c, item)
    return table
