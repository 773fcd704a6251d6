"""Pictures of pages on paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from lungview.ui import qimage


def paint_pages(printer: QPrinter, found: Sequence[np.ndarray]) -> None:
    """Print pictures of pages, a sheet each, as large as the paper lets them."""
    painter = QPainter(printer)
    for number, picture in enumerate(found):
        if number:
            printer.newPage()
        image = qimage.from_array(picture)
        area = painter.viewport()
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setViewport(area.x(), area.y(), size.width(), size.height())
        painter.setWindow(image.rect())
        painter.drawImage(0, 0, image)
        painter.setViewport(area)
    painter.end()
