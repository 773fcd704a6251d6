"""The state of one view: changed in one way, and told."""

from __future__ import annotations

import pytest

from lungview.errors import MissingCodec
from lungview.image.window import LUNG
from lungview.viewer.panes.pane import Pane
from lungview.viewer.state import Camera, Presentation
from tests.in_memory import make_slice


@pytest.fixture
def pane():
    made = Pane()
    made.show_slice(make_slice(1), 1, 3)
    return made


def test_a_change_is_told_with_what_was_before(pane):
    seen = []
    pane.changed.connect(lambda before, after: seen.append((before.presentation, after.presentation)))

    pane.change(lambda s: s.windowed(LUNG))

    assert seen == [(Presentation(), Presentation(LUNG))]


def test_a_change_that_changes_nothing_is_not_told(pane):
    seen = []
    pane.changed.connect(lambda *_: seen.append("changed"))
    pane.undoable.connect(lambda *_: seen.append("undoable"))

    pane.change(lambda s: s, "Nothing")

    assert seen == []


def test_what_a_person_did_is_told_to_be_undone_after_it_is_in_force(pane):
    seen = []
    pane.undoable.connect(lambda text, before, after: seen.append((text, before.window, pane.state is after)))
    before = pane.state

    pane.change(lambda s: s.inverted(), "Invert")

    assert seen == [("Invert", before.window, True)]


def test_a_gesture_is_one_change_and_none_where_it_ends_as_it_began(pane):
    seen, begun = [], pane.state
    pane.undoable.connect(lambda text, before, _: seen.append((text, before)))

    pane.change(lambda s: s.windowed(LUNG))
    pane.change(lambda s: s.inverted())
    pane.record("Window", begun)
    assert seen == [("Window", begun)]

    now = pane.state
    pane.record("Window", now)
    assert len(seen) == 1


def test_an_error_takes_the_place_of_the_picture(pane):
    error = MissingCodec("JPEG-LS")

    pane.show_error(error, 2, 3)

    assert (pane.state.slice, pane.state.error, pane.state.index) == (None, error, 2)


def test_clearing_ends_a_gesture_before_the_picture_goes_and_keeps_the_overlays(pane):
    seen = []
    pane.cleared.connect(lambda: seen.append(pane.state.slice is not None))
    overlays = pane.state.overlays

    pane.clear(Presentation(), Camera(), 7)

    assert seen == [True]
    assert (pane.state.slice, pane.state.count, pane.state.overlays) == (None, 7, overlays)
