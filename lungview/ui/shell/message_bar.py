"""A line above the picture with something to decide; never in the way of the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QSizePolicy, QToolBar

LEAST_WIDTH = 200  # before it has one


class MessageBar(QToolBar):
    """A sentence and a button for each answer; the first answer ends it."""

    def __init__(
        self, window: QMainWindow, text: str, answers: Sequence[tuple[str, Callable[[], None]]]
    ) -> None:
        super().__init__(window)
        self.setObjectName("message")
        self.setWindowTitle(text)
        self.setMovable(False)
        self.setProperty("role", "notice")
        self._window = window
        self.label = _Sentence(text)
        self.label.setProperty("role", "warning")
        self.addWidget(self.label)
        self.buttons = [QPushButton(said) for said, _ in answers]
        for button, (_, act) in zip(self.buttons, answers, strict=True):
            button.clicked.connect(act)
            button.clicked.connect(self.end)
            self.addWidget(button)
        window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self)

    def end(self) -> None:
        self._window.removeToolBar(self)
        self.deleteLater()


class _Sentence(QLabel):
    """Text that takes more lines where one is too narrow: it never makes the window wider than the screen."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        """No width of its own; as tall as the text is in the width that it got."""
        return QSize(0, self.heightForWidth(max(self.width(), LEAST_WIDTH)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
