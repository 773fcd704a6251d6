"""Which key of the keyboard was pressed, whatever the layout writes on it.

Shortcuts are letters and digits. A French or Czech keyboard has its digits behind Shift, a Cyrillic or Greek
one has no Latin letters; the place of the key is the same on all of them.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_DIGITS = "1234567890"
_ROWS = (_DIGITS, "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")


def _in_rows(starts: tuple[int, ...]) -> dict[int, str]:
    return {start + at: name for start, row in zip(starts, _ROWS, strict=True) for at, name in enumerate(row)}


_X11 = _in_rows((10, 24, 38, 52))  # evdev's codes and eight; Wayland's are told alike
_WINDOWS = _in_rows((0x02, 0x10, 0x1E, 0x2C))  # scan codes of set 1
_MAC_CODES = (
    *(18, 19, 20, 21, 23, 22, 26, 28, 25, 29, 12, 13, 14, 15, 17, 16, 32, 34, 31, 35),
    *(0, 1, 2, 3, 5, 4, 38, 40, 37, 6, 7, 8, 9, 11, 45, 46),
)
_MAC = dict(zip(_MAC_CODES, "".join(_ROWS), strict=True))  # virtual key codes: no scan codes there


def name_at(event: QKeyEvent) -> str:
    """The letter or digit that a US keyboard has at the pressed key, "" for any other key."""
    if sys.platform == "darwin":
        return _MAC.get(event.nativeVirtualKey(), "")
    places = _WINDOWS if sys.platform == "win32" else _X11
    return places.get(event.nativeScanCode(), "")


def hidden_name(event: QKeyEvent) -> str:
    """The same where the layout writes something else there that is no Latin letter and no digit; else "".

    A digit that is written with Shift held is behind Shift: the key by itself writes something else.
    """
    written, shifted = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    letter = Qt.Key.Key_A <= written <= Qt.Key.Key_Z
    digit = Qt.Key.Key_0 <= written <= Qt.Key.Key_9 and not shifted
    return "" if letter or digit else name_at(event)


def hidden_digit(event: QKeyEvent) -> bool:
    """Whether the key is one of the row of digits, and the layout by itself writes no digit there."""
    return hidden_name(event) in tuple(_DIGITS)
