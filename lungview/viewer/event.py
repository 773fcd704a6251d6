"""Events: who wants to know of something is called when it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Values = TypeVarTuple("Values")


class Event(Generic[*Values]):
    """Calls whoever is connected, in the order they connected, in the thread of `emit`."""

    def __init__(self) -> None:
        self._calls: list[Callable[[*Values], object]] = []
        self._last: list[Callable[[*Values], object]] = []

    def connect(self, call: Callable[[*Values], object], *, last: bool = False) -> None:
        """Have `call` called with the values of each `emit`.

        last: after all that are connected without, also later: a window shows what became of it.
        """
        (self._last if last else self._calls).append(call)

    def disconnect(self, call: Callable[[*Values], object]) -> None:
        """Call it no more. ValueError where it is not connected."""
        (self._last if call in self._last else self._calls).remove(call)

    def emit(self, *values: *Values) -> None:
        """Call all, also where one of them fails; the first error is raised after the last call."""
        errors = []
        for call in (*self._calls, *self._last):
            try:
                call(*values)
            except Exception as error:
                errors.append(error)
        if errors:
            raise errors[0]
