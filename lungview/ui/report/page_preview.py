"""The pages of a report below each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from lungview.ui.pane import qimage


class PagePreview(QScrollArea):
    """pages: as pictures, uint8 (rows, columns, 3)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages: Sequence[np.ndarray] = ()
        inside = QWidget()
        self._sheets = QVBoxLayout(inside)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Preview"))

    def show_pages(self, found: Sequence[np.ndarray]) -> None:
        """Show these instead of those before."""
        self.pages = found
        while (item := self._sheets.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for number, picture in enumerate(found, 1):
            sheet = QLabel()
            sheet.setPixmap(QPixmap.fromImage(qimage.from_array(picture)))
            sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            sheet.setAccessibleName(self.tr("Page %1").replace("%1", str(number)))
            self._sheets.addWidget(sheet)
        self._sheets.addStretch()
