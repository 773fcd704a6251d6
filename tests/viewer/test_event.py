"""Events call whoever is connected."""

from __future__ import annotations

import pytest

from lungview.viewer.event import Event


def test_all_that_are_connected_are_called_in_their_order():
    event, seen = Event[int](), []
    event.connect(lambda value: seen.append(("first", value)))
    event.connect(lambda value: seen.append(("second", value)))

    event.emit(7)

    assert seen == [("first", 7), ("second", 7)]


def test_what_was_disconnected_is_called_no_more():
    event, seen = Event[int](), []
    event.connect(seen.append)
    event.disconnect(seen.append)

    event.emit(7)

    assert seen == []


def test_one_that_fails_keeps_nothing_from_the_others_and_its_error_is_raised():
    event, seen = Event[int](), []
    event.connect(lambda value: 1 // value)
    event.connect(seen.append)

    with pytest.raises(ZeroDivisionError):
        event.emit(0)

    assert seen == [0]


def test_who_connects_during_a_call_is_called_from_the_next_on():
    event, seen = Event[int](), []
    event.connect(lambda value: event.connect(seen.append) if value == 1 else None)

    event.emit(1)
    assert seen == []
    event.emit(2)
    assert seen == [2]


def test_who_is_to_be_last_is_called_after_those_who_connect_later():
    event, seen = Event[int](), []
    event.connect(lambda _: seen.append("window"), last=True)
    event.connect(lambda _: seen.append("viewer"))

    event.emit(7)

    assert seen == ["viewer", "window"]


def test_who_was_last_can_be_disconnected():
    event, seen = Event[int](), []
    event.connect(seen.append, last=True)
    event.disconnect(seen.append)

    event.emit(7)

    assert seen == []
