"""A widget hears of events of the viewer for as long as it lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVarTuple

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from lungview.viewer.event import Event

Values = TypeVarTuple("Values")


def listen(listener: QObject, event: Event[*Values], call: Callable[[*Values], object]) -> None:
    """Have `call` called with the values of each event until Qt deletes the listener."""
    event.connect(call)
    listener.destroyed.connect(lambda: event.disconnect(call))
