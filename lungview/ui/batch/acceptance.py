"""The comparison with the user's labels: figures with intervals, confusion matrix, ROC and calibration."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.classify.acceptance import HOW, NO_CALL, Acceptance, sentence
from lungview.model.card import ModelCard
from lungview.ui.language import speaking
from lungview.ui.shell import screens

Place = tuple[float, float]


class Curve(QWidget):
    """A curve in the unit square over its diagonal; dot: one marked point; texts: one beside each point."""

    def __init__(
        self,
        title: str,
        points: Sequence[Place],
        *,
        axes: tuple[str, str],
        dot: Place | None = None,
        texts: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.title, self.points, self.dot, self.texts = title, points, dot, texts
        self.axes = axes
        self.setMinimumSize(320, 330)
        self.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().text().color()
        painter.setPen(ink)
        painter.drawText(QRectF(0, 0, self.width(), 20), Qt.AlignmentFlag.AlignCenter, self.title)
        side = min(self.width() - 70, self.height() - 70)
        area = QRectF(56, 26, side, side)
        self._axes(painter, area, ink)
        self._name_axes(painter, area)
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawPolyline(QPolygonF([_at(area, p) for p in self.points]))
        if self.dot is not None:
            painter.setBrush(QColor("#d9534f"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(_at(area, self.dot), 4, 4)
        self._mark_points(painter, area, ink)

    def _mark_points(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        for point, text in zip(self.points, self.texts, strict=False):
            at = _at(area, point)
            painter.setBrush(self.palette().highlight())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(at, 3, 3)
            painter.setPen(ink)
            wide = painter.fontMetrics().horizontalAdvance(text)
            x = at.x() + 6 if at.x() + 6 + wide <= self.width() else at.x() - 6 - wide
            painter.drawText(QPointF(x, at.y() + (16 if point[1] > 0.9 else -6)), text)

    def _name_axes(self, painter: QPainter, area: QRectF) -> None:
        across, up = self.axes
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(area.left() - 40, area.bottom() + 20, area.width() + 80, 20), centre, across)
        painter.save()
        painter.translate(10, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-area.height() / 2, -10, area.height(), 20), centre, up)
        painter.restore()

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
        said = speaking.said(sentence(found))
        layout.addWidget(QLabel(f"{said[0].upper()}{said[1:]}.", wordWrap=True))
        layout.addWidget(QLabel(self.tr("Rows are your labels, columns the model's calls.")))
        layout.addWidget(_confusion(found, card))
        curves = QHBoxLayout()
        for curve in (self._roc(found), self._calibration(found)):
            curves.addWidget(curve)
        layout.addLayout(curves)
        how = QLabel(speaking.said(HOW), wordWrap=True)
        how.setProperty("role", "muted")
        layout.addWidget(how)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        screens.resize_within(self, 780, 700)

    def _roc(self, found: Acceptance) -> Curve:
        low, high = found.auc_interval
        title = self.tr("ROC: needs malignant and other files")
        if found.roc:
            title = self.tr("ROC, AUC %1 (%2–%3)")
            for n, value in enumerate((found.auc, low, high), 1):
                title = title.replace(f"%{n}", f"{value:.3f}")
        both = bool(found.sensitivity.total and found.specificity.total)
        point = (1 - found.specificity.value, found.sensitivity.value) if both else None
        axes = (self.tr("1 − specificity; dot: operating point"), self.tr("sensitivity"))
        return Curve(title, found.roc, axes=axes, dot=point)

    def _calibration(self, found: Acceptance) -> Curve:
        bins = [(mean, share) for mean, share, _ in found.calibration]
        texts = [f"{count:,}" for _, _, count in found.calibration]
        axes = (
            self.tr("mean probability of malignancy; beside it: files"),
            self.tr("share that is malignant"),
        )
        return Curve(self.tr("Calibration"), bins, axes=axes, texts=texts)


def _confusion(found: Acceptance, card: ModelCard) -> QTableWidget:
    texts = {c.key: c.text for c in card.classes}
    names = [speaking.said(texts[key]) for key in found.keys]
    table = QTableWidget(len(names), len(names) + 1)
    table.setHorizontalHeaderLabels([*names, speaking.said(NO_CALL)])
    table.setVerticalHeaderLabels(names)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    for r, counts in enumerate(found.confusion):
        for c, count in enumerate(counts):
            item = QTableWidgetItem(f"{int(count):,}")
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(r, c, item)
    # As large as what is in it: nothing is cut off, nothing has to be scrolled.
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header.setMinimumHeight(header.fontMetrics().height() * 2 + 8)
    rows = sum(table.rowHeight(r) for r in range(len(names)))
    table.setFixedHeight(rows + header.minimumHeight() + 2 * table.frameWidth())
    table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
    return table
