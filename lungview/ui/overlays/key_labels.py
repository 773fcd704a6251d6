"""The words on a picture that others chose as a key image: what for, above the reader's own word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from lungview.overlays.values import KeyImage
from lungview.ui.annotate import labels
from lungview.ui.annotate.labels import Label
from lungview.ui.pane.overlay_paint import elided
from lungview.ui.pane.viewport import Viewport

_ABOVE = 110.0  # px from the lower edge: the corners and the word on an own key image stay free
_GAP, _ROOM = 3.0, 16.0  # px between labels, and beside them


def key_labels(keys: Sequence[KeyImage], viewport: Viewport, metrics: QFontMetricsF) -> tuple[Label, ...]:
    """One label for each selection that chose the picture, the first lowest."""
    said = QCoreApplication.translate("OverlayLayer", "Key image of others: %1")
    found, bottom = [], viewport.height() - _ABOVE
    for key in keys:
        first, *more = key.lines or ("",)
        lines = elided((said.replace("%1", first), *more), metrics, viewport.width() - 2 * _ROOM)
        size = labels.size_of(lines, metrics)
        at = QPointF((viewport.width() - size.width()) / 2, bottom - size.height())
        found.append(Label(lines, QRectF(at, size), QPainterPath()))
        bottom = at.y() - _GAP
    return tuple(found)


def paint_keys(painter: QPainter, viewport: Viewport, keys: Sequence[tuple[KeyImage, QColor]]) -> None:
    """The labels, each in the colour of its selection."""
    painter.setWorldMatrixEnabled(False)
    placed = key_labels([key for key, _ in keys], viewport, QFontMetricsF(painter.font()))
    for label, (_, colour) in zip(placed, keys, strict=True):
        labels.paint(painter, label, colour)
