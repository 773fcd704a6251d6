"""Which keys a focused widget cannot be used without; all others are the window's shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

OWN_SIGNS = "takes_signs"  # a property of widgets that take letters and digits without being fields
NAMES_ROWS = "names_rows"  # a property of lists whose chosen row F2 writes the name of
_KEY = Qt.Key
_UP_DOWN = frozenset({_KEY.Key_Up, _KEY.Key_Down})
_ENTER = frozenset({_KEY.Key_Return, _KEY.Key_Enter})
_MOVES = _UP_DOWN | _ENTER | {_KEY.Key_PageUp, _KEY.Key_PageDown, _KEY.Key_Home, _KEY.Key_End}


def list_of(widget: QObject) -> QComboBox | None:
    """The drop-down whose open list a widget is."""
    box = widget.window().parent() if isinstance(widget, QAbstractItemView) else None
    return box if isinstance(box, QComboBox) else None


def chosen(widget: QObject, event: QKeyEvent) -> bool:
    """Space chooses in an open list, as Enter does, to which the list sees itself."""
    box = list_of(widget)
    if box is None or event.key() != _KEY.Key_Space or not box.view().currentIndex().isValid():
        return False
    row = box.view().currentIndex().row()
    box.hidePopup()
    box.setCurrentIndex(row)
    box.activated.emit(row)
    return True


def typed_into(widget: QObject) -> bool:
    """Whether every sign typed there is text, or a word of the widget's own."""
    editable = isinstance(widget, QComboBox) and widget.isEditable()
    field = isinstance(widget, QLineEdit | QAbstractSpinBox | QTextEdit | QPlainTextEdit)
    return editable or field or bool(widget.property(OWN_SIGNS))


def keys_needed(widget: QObject) -> frozenset[Qt.Key]:
    in_dialog = isinstance(widget, QWidget) and isinstance(widget.window(), QDialog)
    # Esc closes a dialog; in the window it cancels.
    return _own_keys(widget) | {_KEY.Key_Escape} if in_dialog else _own_keys(widget)


def _own_keys(widget: QObject) -> frozenset[Qt.Key]:
    if list_of(widget) is not None:
        return (_MOVES - _ENTER) | {_KEY.Key_Space}
    if isinstance(widget, QAbstractItemView):
        names = {_KEY.Key_F2} if widget.property(NAMES_ROWS) else set()
        return _MOVES | {_KEY.Key_Space} | names
    if isinstance(widget, QAbstractButton):
        return frozenset({_KEY.Key_Space})
    if isinstance(widget, QComboBox):
        return _UP_DOWN | {_KEY.Key_Space} | (_ENTER if widget.isEditable() else frozenset())
    if isinstance(widget, QAbstractSpinBox):
        return _UP_DOWN | _ENTER
    return _ENTER if isinstance(widget, QLineEdit) else frozenset()
