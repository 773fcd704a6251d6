"""The file's own overlay planes, (60xx,3000), as a layer over the picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from lungview.image.slice import Slice
from lungview.ui.pane import qimage
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.host import Host

COLOUR = QColor("#7bdff2")


def install(host: Host) -> None:
    """Give every viewport the layer, below all others."""
    host.each_view(lambda viewport: viewport.layers.insert(0, paint))


def paint(painter: QPainter, view: Viewport) -> None:
    shown = view.state.slice
    if shown is not None and shown.overlays and view.state.overlays.planes:
        painter.drawImage(0, 0, _image(shown))


@lru_cache(maxsize=4)
def _image(shown: Slice) -> QImage:
    """The planes in one colour; transparent elsewhere."""
    pixels = np.zeros((shown.rows, shown.columns, 4), np.uint8)
    pixels[np.logical_or.reduce(shown.overlays)] = np.array(COLOUR.getRgb(), np.uint8)
    return qimage.from_array(pixels)
