"""Pages on paper: each is made while the one before is put on it; a thousand need the memory of a few."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from lungview.ui.pane import qimage
from lungview.viewer.common.background import Background, Call

AHEAD = 2  # pages that may wait for the printer


class PagePrinter:
    """Paints pictures of pages, a sheet each, as large as the paper lets them."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer, self._painter = printer, QPainter(printer)
        self._room = threading.Semaphore(AHEAD)
        self.printed = 0

    def run(
        self,
        tasks: Background,
        pages: Callable[[], Iterable[np.ndarray]],
        on_done: Callable[[int], None],
        on_error: Callable[[BaseException], None],
    ) -> Call:
        """Make the pages in the background and paint them here; on_done gets how many."""

        def end(then: Callable[[], None]) -> None:
            self._painter.end()
            then()

        return tasks.stream(
            self._make,
            pages,
            on_event=self.paint,
            on_result=lambda _: end(lambda: on_done(self.printed)),
            on_error=lambda error: end(lambda: on_error(error)),
        )

    def _make(
        self,
        emit: Callable[[object], None],
        cancelled: Callable[[], bool],
        pages: Callable[[], Iterable[np.ndarray]],
    ) -> None:
        for page in pages():
            while not self._room.acquire(timeout=0.2):
                if cancelled():
                    return
            emit(page)

    def paint(self, picture: np.ndarray) -> None:
        """One page more."""
        if self.printed:
            self._printer.newPage()
        painter, image = self._painter, qimage.from_array(picture)
        area = painter.viewport()
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setViewport(area.x(), area.y(), size.width(), size.height())
        painter.setWindow(image.rect())
        painter.drawImage(0, 0, image)
        painter.setViewport(area)
        self.printed += 1
        self._room.release()
