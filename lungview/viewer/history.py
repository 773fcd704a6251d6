"""Undo and redo: every change the user makes, in one line."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from lungview.viewer.event import Event

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done.

    text: for the menu, "Window", "Delete ruler". gesture: changes that follow each other with an equal
    gesture are undone as one (a drag); None never joins. subject: what was changed, for `forget`. shown:
    brings it on screen, after an undo or a redo.
    """

    text: str
    undo: Callable[[], None]
    redo: Callable[[], None]
    gesture: Hashable = None
    subject: object = None
    shown: Callable[[], None] | None = None


class History:
    """What was done and what was undone. `changed` follows every change of either."""

    def __init__(self) -> None:
        self.changed = Event[()]()
        self._done: list[Change] = []
        self._undone: list[Change] = []

    def add(self, change: Change) -> None:
        """Remember a change that has just been made; what was undone before it is forgotten."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and change.gesture is not None and change.gesture == last.gesture:
            self._done[-1] = replace(change, undo=last.undo)
        else:
            self._done.append(change)
            del self._done[:-LONGEST]
        self.changed.emit()

    def do(self, change: Change) -> None:
        """Make a change and remember it."""
        change.redo()
        self.add(change)

    @property
    def undo_text(self) -> str:
        """What `undo` would undo; "" when there is nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        return self._undone[-1].text if self._undone else ""

    def undo(self) -> None:
        """Undo the last change. One that fails stays where it was."""
        if self._done:
            self._done[-1].undo()
            # Undoing ends a gesture: the next drag must not join what came before.
            self._undone.append(replace(self._done.pop(), gesture=None))
            self._told(self._undone[-1])

    def redo(self) -> None:
        """Make the last undone change again."""
        if self._undone:
            self._undone[-1].redo()
            self._done.append(self._undone.pop())
            self._told(self._done[-1])

    def _told(self, change: Change) -> None:
        self.changed.emit()
        if change.shown is not None:
            change.shown()

    def forget(self, subject: object) -> None:
        """Forget the changes of a subject: what they were made to is gone."""
        self._done = [change for change in self._done if change.subject is not subject]
        self._undone = [change for change in self._undone if change.subject is not subject]
        self.changed.emit()
