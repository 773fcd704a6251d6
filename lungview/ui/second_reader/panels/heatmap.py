"""The heat map panel: which class, how strongly painted, what it means, and what the network saw."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from lungview.classify import words
from lungview.classify.error_rate import error_rate
from lungview.classify.heat import heatmap
from lungview.classify.heat.colormaps import TABLES
from lungview.ui.language import speaking
from lungview.ui.pane import qimage
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.heat_map_look import Look
from lungview.viewer.workspace import Workspace


class ColourBar(QWidget):
    """The colours from nothing to the strongest region, as they lie on mid-grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: Look | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Colour bar"))

    def sizeHint(self) -> QSize:
        return QSize(200, 14 + self.fontMetrics().height())

    def show_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        look = self._look
        ramp = np.linspace(0, 1, 256, dtype=np.float32)[None, :]
        layer = heatmap.rgba(ramp, opacity=look.opacity, threshold=look.threshold, colours=look.colours)
        strip = heatmap.overlay(np.full((1, 256), 110, np.uint8), layer)
        painter = QPainter(self)
        painter.drawImage(QRectF(0, 0, self.width(), 12), qimage.from_array(strip))
        painter.setPen(self.palette().windowText().color())
        below = QRectF(0, 13, self.width(), self.height() - 13)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("strongest of this class"))
        painter.end()


class Seen(QWidget):
    """The network's input as a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pixels: np.ndarray | None = None
        self.setMinimumHeight(120)
        self.setAccessibleName(self.tr("What the network saw"))

    def show_pixels(self, pixels: np.ndarray | None) -> None:
        if pixels is not self.pixels:
            self.pixels = pixels
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.pixels is None:
            return
        painter = QPainter(self)
        rows, columns = self.pixels.shape[:2]
        factor = min(self.width() / columns, self.height() / rows)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, columns * factor, rows * factor), qimage.from_array(self.pixels))
        painter.end()


class HeatMapPanel(QWidget):
    """Sliders and words beside the heat map of the slice in the active view."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = second_reader.of(workspace)
        self.of_class = QLabel()
        self.of_class.setWordWrap(True)
        self.opacity, self.threshold = self._slider(self.tr("Opacity")), self._slider(self.tr("Threshold"))
        self.opacity.setToolTip(self.tr("How strongly the heat map covers the picture where it is strongest"))
        self.threshold.setToolTip(self.tr("Nothing is painted below this share of the strongest region"))
        self.colours = QComboBox()
        self.colours.addItems(list(TABLES))
        self.colours.setAccessibleName(self.tr("Colours"))
        self.bar = ColourBar()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.seen_title, self.seen = QLabel(self.tr("What the network saw")), Seen()
        self._lay_out()
        self._connect()
        self._on_look()
        self._show()

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setAccessibleName(name)
        return slider

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("Opacity"), self.opacity)
        form.addRow(self.tr("Threshold"), self.threshold)
        form.addRow(self.tr("Colours"), self.colours)
        column = QVBoxLayout(self)
        column.addWidget(self.of_class)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addLayout(form)
        column.addWidget(self.seen_title)
        column.addWidget(self.seen, 1)

    def _connect(self) -> None:
        reader = self._reader
        for slider in (self.opacity, self.threshold):
            slider.valueChanged.connect(lambda _: reader.set_look(self._look(), kept=False))
            slider.sliderReleased.connect(lambda: reader.set_look(self._look()))
        self.colours.activated.connect(lambda _: reader.set_look(self._look()))
        reader.look_changed.connect(self._on_look)
        for signal in (reader.answer_changed, reader.class_changed, reader.model_changed):
            signal.connect(self._show)

    def _look(self) -> Look:
        return Look(self.opacity.value() / 100, self.threshold.value() / 100, self.colours.currentText())

    def _on_look(self) -> None:
        look = self._reader.look
        for widget in (self.opacity, self.threshold, self.colours):
            widget.blockSignals(True)
        self.opacity.setValue(round(100 * look.opacity))
        self.threshold.setValue(round(100 * look.threshold))
        self.colours.setCurrentText(look.colours)
        for widget in (self.opacity, self.threshold, self.colours):
            widget.blockSignals(False)
        self.bar.show_look(look)

    def _show(self) -> None:
        reader, found = self._reader, self._reader.visible()
        for widget in (self.bar, self.words):
            widget.setVisible(found is not None)
        case = reader.case()
        looked = case.prediction if case is not None and not reader.hidden() else None
        seen = looked.seen if looked is not None and looked.seen.size else None  # it is not remembered
        self.seen.show_pixels(seen)
        self.seen_title.setVisible(seen is not None)
        if found is None or reader.entry is None:
            self.of_class.setText(self.tr("No heat map"))
            return
        card, index = reader.entry.card, reader.class_index(found)
        self.of_class.setText(
            self.tr("Heat map of: %1").replace("%1", speaking.said(card.classes[index].text))
        )
        self.words.setText(speaking.said(f"{words.heat_map(card)}\n{error_rate(card, case)}"))
