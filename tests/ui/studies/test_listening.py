"""What a widget hears of the viewer ends with it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject

from lungview.ui.studies.listening import listen
from lungview.viewer.event import Event


def test_a_listener_hears_until_it_is_deleted_and_the_others_go_on() -> None:
    event, heard, other = Event[int](), list[int](), list[int]()
    listener = QObject()
    listen(listener, event, heard.append)
    event.connect(other.append)
    event.emit(1)
    shiboken6.delete(listener)
    event.emit(2)
    assert (heard, other) == ([1], [1, 2])
