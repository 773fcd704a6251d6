"""A line above the picture with something to decide; never in the way of the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QSizePolicy, QToolBar


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
        self.label = QLabel(text)
        self.label.setProperty("role", "warning")
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
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
