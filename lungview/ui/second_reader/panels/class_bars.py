"""Bars of an answer: malignancy with its operating point and uncertain band, then a bar a class."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from lungview.classify import words
from lungview.classify.case import Prediction
from lungview.classify.verdict import malignancy
from lungview.model.card import ModelCard
from lungview.ui.language import speaking

_MALIGNANT, _BENIGN = QColor("#f0a04b"), QColor("#5aa9d6")  # told apart without red and green


class Bar(QAbstractButton):
    """One labelled value in [0, 1]. marks: where lines are drawn; band: (low, high) shaded."""

    def __init__(
        self,
        text: str,
        value: float,
        colour: QColor,
        *,
        marks: tuple[float, ...] = (),
        band: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self.value, self.marks, self.band, self._colour = value, marks, band, colour
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{text} {words.share(value)}")

    def sizeHint(self) -> QSize:
        return QSize(220, round(2.5 * self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(6, 2, -6, -4)
        half = area.height() / 2
        upper = QRectF(area.left(), area.top(), area.width(), half)
        track = QRectF(area.left(), area.top() + half + 2, area.width(), half - 4)
        self._paint_ground(painter, track)
        self._paint_text(painter, upper)
        self._paint_bar(painter, track)
        painter.end()

    def _paint_ground(self, painter: QPainter, track: QRectF) -> None:
        palette = self.palette()
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(palette.highlight().color(), 1.5))
            painter.setBrush(palette.alternateBase() if self.isChecked() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.fillRect(track, palette.mid())

    def _paint_text(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self.palette().windowText().color())
        number = words.share(self.value)
        room = area.width() - painter.fontMetrics().horizontalAdvance(number) - 8
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, text)
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, number)

    def _paint_bar(self, painter: QPainter, track: QRectF) -> None:
        filled = QRectF(track.left(), track.top(), track.width() * self.value, track.height())
        painter.fillRect(filled, self._colour)
        if self.band is not None:
            low, high = (track.left() + track.width() * x for x in self.band)
            shade = self.palette().windowText().color()
            shade.setAlpha(70)
            painter.fillRect(QRectF(low, track.top(), high - low, track.height()), shade)
        painter.setPen(QPen(self.palette().windowText().color(), 2))
        for mark in self.marks:
            x = track.left() + track.width() * mark
            painter.drawLine(int(x), int(track.top() - 2), int(x), int(track.bottom() + 2))


class ClassBars(QWidget):
    """The bars of one prediction; a click or Space on a class's bar chooses its heat map."""

    chosen = Signal(str)  # class key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._group = QButtonGroup(self)
        self.bars: dict[str, Bar] = {}
        self.total: Bar | None = None

    def clear(self) -> None:
        """No answer, no bars."""
        for bar in (*self.bars.values(), *([self.total] if self.total else [])):
            self._group.removeButton(bar)
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self.bars, self.total = {}, None

    def show_prediction(self, card: ModelCard, prediction: Prediction, class_key: str) -> None:
        """Bars for these numbers; class_key: whose heat map is on the slice."""
        self.clear()
        total = malignancy(card, prediction.probabilities)
        if total is not None:
            self._add_total(card, total)
        for label, value in zip(card.classes, prediction.probabilities, strict=True):
            bar = Bar(
                speaking.said(label.text), value, _MALIGNANT if label.malignant else _BENIGN, parent=self
            )
            bar.setCheckable(True)
            bar.setChecked(label.key == class_key)
            bar.setToolTip(self.tr("Show this class's heat map"))
            bar.clicked.connect(lambda _=False, key=label.key: self.chosen.emit(key))
            self._group.addButton(bar)
            self._column.addWidget(bar)
            self.bars[label.key] = bar

    def check(self, class_key: str) -> None:
        if class_key in self.bars:
            self.bars[class_key].setChecked(True)

    def _add_total(self, card: ModelCard, total: float) -> None:
        point = card.operating_point
        self.total = Bar(
            self.tr("Malignant, all together"),
            total,
            _MALIGNANT,
            marks=(point.threshold,),
            band=point.uncertain,
            parent=self,
        )
        self.total.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        said = self.tr("Line: operating point %1. Shaded: no call in %2.")
        said = said.replace("%1", f"{point.threshold:.2f}").replace("%2", words.band(point.uncertain))
        self.total.setToolTip(said)
        self._column.addWidget(self.total)
