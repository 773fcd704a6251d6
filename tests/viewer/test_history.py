"""Undo and redo."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from lungview.viewer.history import Change, History


class Number:
    """Something that changes."""

    def __init__(self) -> None:
        self.value = 0
        self.history = History()

    def put(self, value: int, gesture: Hashable = None) -> None:
        before = self.value
        self.history.do(Change(f"to {value}", lambda: self._set(before), lambda: self._set(value), gesture))

    def _set(self, value: int) -> None:
        self.value = value


def test_changes_are_undone_in_reverse_and_redone_in_order() -> None:
    number = Number()
    for value in (1, 2, 3):
        number.put(value)
    seen = []
    for step in (number.history.undo,) * 3 + (number.history.redo,) * 3:
        step()
        seen.append(number.value)
    assert seen == [2, 1, 0, 1, 2, 3]


def test_one_gesture_is_undone_as_one_change() -> None:
    number = Number()
    number.put(1)
    for value in (2, 3, 4):
        number.put(value, gesture="drag 1")
    number.put(5, gesture="drag 2")
    number.history.undo()
    assert number.value == 4
    number.history.undo()
    assert number.value == 1
    number.history.redo()
    assert number.value == 4


def test_a_change_after_an_undo_does_not_join_the_gesture_before_it() -> None:
    number = Number()
    number.put(1, gesture="g")
    number.put(2)
    number.history.undo()
    number.history.undo()
    number.history.redo()
    number.put(7, gesture="g")
    number.history.undo()
    assert number.value == 1


def test_a_new_change_forgets_what_was_undone() -> None:
    number = Number()
    number.put(1)
    number.history.undo()
    number.put(2)
    assert number.history.redo_text == ""
    number.history.redo()
    assert number.value == 2


def test_undo_and_redo_of_nothing_do_nothing() -> None:
    history = History()
    history.undo()
    history.redo()
    assert (history.undo_text, history.redo_text) == ("", "")


def test_the_menu_can_name_what_it_would_undo_and_redo() -> None:
    number = Number()
    number.put(1)
    number.put(2)
    number.history.undo()
    assert (number.history.undo_text, number.history.redo_text) == ("to 1", "to 2")


def test_an_undo_that_fails_is_not_lost() -> None:
    def fail() -> None:
        raise OSError("disk")

    history = History()
    history.add(Change("broken", fail, fail))
    with pytest.raises(OSError, match="disk"):
        history.undo()
    assert history.undo_text == "broken"


def test_every_change_is_told() -> None:
    number, told = Number(), []
    number.history.changed.connect(lambda: told.append(number.value))
    number.put(1)
    number.history.undo()
    number.history.redo()
    assert told == [1, 0, 1]


def test_what_was_changed_is_brought_on_screen_after_an_undo_and_a_redo_alone() -> None:
    history, seen = History(), []
    history.do(Change("accept", lambda: None, lambda: None, shown=lambda: seen.append(history.undo_text)))
    assert seen == []
    history.undo()
    history.redo()
    assert seen == ["", "accept"]
