"""A line above the picture with something to decide; never in the way of the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class MessageBar(QFrame):
    """A sentence and a button for each answer; the first answer ends it."""

    def __init__(
        self, text: str, answers: Sequence[tuple[str, Callable[[], None]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.label = QLabel(text, wordWrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self.label, 1)
        self.buttons = [QPushButton(said) for said, _ in answers]
        for button, (_, act) in zip(self.buttons, answers, strict=True):
            button.clicked.connect(act)
            button.clicked.connect(self.end)
            row.addWidget(button)

    def end(self) -> None:
        self.hide()
        self.deleteLater()
