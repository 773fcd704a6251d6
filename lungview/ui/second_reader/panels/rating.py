"""Rating by keys alone: a digit for the class, a digit for how sure the reader is, Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from lungview.ui.keys import focus_keys, key_places

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Rating(QLabel):
    """Says what each digit means; while it has the focus, digits and Enter are its own.

    First comes the class, then how sure the reader is; Backspace goes back to the class.
    """

    class_chosen = Signal(int)  # 0-based
    confidence_chosen = Signal(int)  # 0-based
    recorded = Signal()
    left = Signal()

    def __init__(self, confidences: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: Sequence[str] = ()
        self._confidences = confidences
        self._class_known = False
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(focus_keys.OWN_SIGNS, True)
        self.setAccessibleName(self.tr("Opinion by keys"))
        self.setFrameShape(QFrame.Shape.StyledPanel)

    def offer(self, classes: Sequence[str]) -> None:
        """Number these classes from 1."""
        self._classes = classes
        self.begin()

    def begin(self) -> None:
        """The next digit is a class."""
        self._class_known = False
        self._say()

    def _say(self) -> None:
        if not self.hasFocus():
            self.setText(
                self.tr("Click here, or press Enter on a slice that you read first: digits, then Enter.")
            )
            return
        asked = self.tr("How sure are you?") if self._class_known else self.tr("What is it?")
        texts = self._confidences if self._class_known else self._classes
        end = self.tr("Enter records; Backspace: another class.") if self._class_known else ""
        lines = [asked, *(f"{number}  {text}" for number, text in enumerate(texts, 1)), end]
        self.setText("\n".join(filter(None, lines)))

    def event(self, event: QEvent) -> bool:
        """Qt's: digits, Enter and Backspace are no shortcuts of the window here."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: take in a digit, Enter or Backspace; Esc gives the keys back to the picture."""
        if event.key() in _ENTER:
            self.recorded.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.begin()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif digit := _digit(event):
            self._choose(digit - 1)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        if self._class_known and index < len(self._confidences):
            self.confidence_chosen.emit(index)
        elif not self._class_known and index < len(self._classes):
            self._class_known = True
            self.class_chosen.emit(index)
        self._say()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt's: begin with the class."""
        super().focusInEvent(event)
        self.begin()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt's."""
        super().focusOutEvent(event)
        self._say()


def _is_own(event: QKeyEvent) -> bool:
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    return bool(_digit(event)) or event.key() in (*_ENTER, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)


def _digit(event: QKeyEvent) -> int:
    """1 to 9 by what is written on the key or by its place, 0 for any other key."""
    name = chr(event.key()) if Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9 else key_places.hidden_name(event)
    return int(name) if name.isdecimal() else 0
