"""What stands where the picture would be: what to drop, what is being read, or why there is nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from lungview.errors import LungViewError
from lungview.ui.language import speaking
from lungview.ui.pane.rows import Rows


class Placeholder(QWidget):
    """A title, a sentence, a hint and room for buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.sentence, self.hint = QLabel(), QLabel(), QLabel()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.title.setFont(font)
        self.buttons = QWidget()
        self._row = Rows(self.buttons)
        self.help = QWidget()
        self._help_row = Rows(self.help)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label, role in ((self.title, "title"), (self.sentence, ""), (self.hint, "muted")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # a path is shown as it is
            column.addWidget(label)
        column.addWidget(self.buttons)
        column.addWidget(self.help)
        column.addStretch(1)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.invite()

    def add_button(self, button: QPushButton) -> None:
        """A way to open something, shown while nothing is open."""
        self._row.addWidget(button)

    def add_help(self, button: QPushButton) -> None:
        """A way to learn what can be done here, under those to open something."""
        self._help_row.addWidget(button)

    def invite(self) -> None:
        """Nothing is open."""
        self._say(
            self.tr("Drop images here"),
            self.tr("DICOM files, a folder, a zip, a DICOMDIR, or PNG and JPEG pictures"),
            self.tr("Nothing leaves this computer."),
            "title",
        )
        self.buttons.show()
        self.help.show()

    def invite_series(self) -> None:
        """One of several views, with nothing in it yet."""
        said = self.tr("Drag a series here, or click this view and choose one in the list.")
        hint = self.tr("Ctrl+Shift+1 makes it one view again. F1 opens the manual, ? lists every key.")
        self._say(self.tr("Empty view"), said, hint, "title")
        self.buttons.hide()
        self.help.hide()

    def wait(self, what: str) -> None:
        """Something is being read."""
        self._say(what, "", "", "title")
        self.buttons.hide()
        self.help.hide()

    def complain(self, error: LungViewError) -> None:
        """Something gave no picture."""
        message, hint = speaking.said(error.message), speaking.said(error.hint)
        message = message[:1].upper() + message[1:]
        self._say(self.tr("No picture"), message, "\n".join(filter(None, (hint, error.path))), "error")
        self.sentence.setToolTip(Path(error.path).name if error.path else "")
        self.buttons.hide()
        self.help.hide()

    def _say(self, title: str, sentence: str, hint: str, role: str) -> None:
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        if self.title.property("role") != role:
            self.title.setProperty("role", role)
            self.title.style().polish(self.title)
        for label in (self.sentence, self.hint):
            label.setVisible(bool(label.text()))
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(filter(None, (sentence, hint))))
