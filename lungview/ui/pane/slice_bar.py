"""The slice slider: where the slice lies in the series, and which slices are in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractSlider, QWidget

MARK = QColor("#ffd166")
WIDTH, MARGIN, LEAST_HANDLE = 14, 3.0, 8.0


class SliceBar(QAbstractSlider):
    """A vertical slider, first slice at the top.

    `cached` marks the slices in memory, `marked` those with annotations or chosen as key images.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setInvertedAppearance(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its keys are the program's own, everywhere
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what is under it is not painted with it
        self.setAccessibleName(self.tr("Slice"))
        self.setToolTip(self.tr("Drag to go through the slices. Blue: in memory; yellow: marked."))
        self._cached: tuple[tuple[int, int], ...] = ()
        self._marked: tuple[int, ...] = ()

    @property
    def cached(self) -> tuple[tuple[int, int], ...]:
        """Ranges of slices in memory, half-open."""
        return self._cached

    def set_cached(self, flags: Sequence[bool]) -> None:
        """flags: one a slice, whether it is in memory."""
        ranges, start = [], 0
        for flag, run in groupby(flags):
            end = start + len(list(run))
            if flag:
                ranges.append((start, end))
            start = end
        if tuple(ranges) != self._cached:
            self._cached = tuple(ranges)
            self.update()

    @property
    def marked(self) -> tuple[int, ...]:
        return self._marked

    def set_marked(self, marked: Sequence[int]) -> None:
        """marked: slices to point out, 0-based."""
        if tuple(marked) != self._marked:
            self._marked = tuple(marked)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        if self.maximum() > self.minimum():
            colour = palette.color(QPalette.ColorRole.Highlight).darker(170)
            for start, end in self._cached:
                top, bottom = self._y(start), self._y(end)
                painter.fillRect(QRectF(MARGIN + 2, top, WIDTH - 2 * MARGIN - 4, bottom - top), colour)
            for slice_ in self._marked:
                middle = (self._y(slice_) + self._y(slice_ + 1)) / 2
                painter.fillRect(QRectF(0, middle - 1, WIDTH, 2.5), MARK)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.WindowText))
            painter.drawRoundedRect(self._handle(), 2, 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            share = (event.position().y() - MARGIN) / max(self.height() - 2 * MARGIN, 1.0)
            self.setValue(int(share * self._count()))

    def _count(self) -> int:
        return self.maximum() - self.minimum() + 1

    def _y(self, slice_: int) -> float:
        return MARGIN + (self.height() - 2 * MARGIN) * slice_ / self._count()

    def _handle(self) -> QRectF:
        top, bottom = self._y(self.value()), self._y(self.value() + 1)
        height = max(bottom - top, LEAST_HANDLE)
        top = min(max(0.0, (top + bottom - height) / 2), self.height() - height)
        return QRectF(MARGIN - 1, top, WIDTH - 2 * MARGIN + 2, height)
