"""A content in a pane: the picture wanted last is the one that is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import DamagedFile


@pytest.fixture
def slow(opened):
    """A series of five slices that take long to read, shown from its first."""
    series = opened.series("slow", slices=5)
    opened.cache.slow.update(series.instances)
    opened.workspace.show(series, 0)
    return opened


def test_of_several_wishes_the_last_alone_is_shown(slow):
    seen = []
    slow.workspace.active.changed.connect(lambda _before, after: seen.append(after.index))
    for index in (1, 2, 4):
        slow.workspace.stack.go(index)

    slow.hand.work()

    assert seen == [4]
    assert slow.workspace.active.state.slice.instance == slow.workspace.stack.instances[4]


def test_a_wish_outside_the_series_is_for_its_end(slow):
    stack = slow.workspace.stack
    stack.go(99)
    assert stack.index == 4
    stack.step(-99)
    assert stack.index == 0


def test_a_picture_that_takes_long_is_announced_until_it_is_there(slow):
    stack, told = slow.workspace.stack, []
    stack.waiting.connect(told.append)
    assert stack.pending

    (timer,) = slow.hand.timers
    timer.ring()
    slow.hand.work()

    assert told == [True, False]
    assert not stack.pending


def test_what_cannot_be_read_is_said_in_the_place_of_the_picture(slow):
    damaged = slow.workspace.stack.instances[2]
    slow.cache.get = lambda instance: (_ for _ in ()).throw(DamagedFile("cut short", instance.path))
    slow.workspace.stack.go(2)

    slow.hand.work()

    state = slow.workspace.active.state
    assert state.slice is None
    assert (state.error.message, state.error.path, state.index) == ("cut short", str(damaged.path), 2)


def test_a_fault_of_the_program_is_said_by_its_kind_in_the_readers_language(slow):
    slow.cache.get = lambda _: 1 // 0
    stack = slow.workspace.stack
    stack._say = lambda text: {"this slice could not be read: %1": "Schicht nicht lesbar: %1"}[text]
    stack.go(1)

    slow.hand.work()

    assert slow.workspace.active.state.error.message == "Schicht nicht lesbar: ZeroDivisionError"


def test_a_series_that_grows_keeps_its_slice_on_screen(opened):
    series = opened.series("grows", slices=5)
    part = replace(series, instances=series.instances[2:])
    opened.workspace.show(part, 1)
    shown = opened.workspace.active.state.slice

    opened.workspace.stack.grow(series)

    state = opened.workspace.active.state
    assert state.slice is shown
    assert (opened.workspace.stack.index, state.index, state.count) == (3, 3, 5)


def test_an_emptied_pane_shows_nothing_and_says_so_once(opened):
    opened.workspace.show(opened.series("a"))
    filled = []
    opened.workspace.stack.filled.connect(lambda: filled.append(opened.workspace.stack.count))

    opened.workspace.stack.empty()

    assert filled == [0]
    assert opened.workspace.active.state.slice is None
