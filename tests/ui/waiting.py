"""Waiting for an event of the viewer, as `qtbot.waitSignal` waits for a signal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytestqt.qtbot import QtBot

from lungview.viewer.event import Event

Told = list[tuple[Any, ...]]


@contextmanager
def heard(qtbot: QtBot, event: Event[*tuple[Any, ...]], timeout: int = 5000) -> Iterator[Told]:
    """What the event is emitted with, once it was at least once, after all that is connected heard of it."""
    told: Told = []

    def hear(*values: Any) -> None:
        told.append(values)

    event.connect(hear, last=True)
    try:
        yield told
        qtbot.waitUntil(lambda: bool(told), timeout=timeout)
    finally:
        event.disconnect(hear)
