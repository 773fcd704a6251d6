"""Sections of masks for the planes in a window: at once, or behind the picture, and never of another one."""

from __future__ import annotations

import threading

import pytest

from lungview.viewer.mpr.crosshair import Axis
from lungview.viewer.mpr.sections import Same, Sections, Wanted, seen
from tests.ui.mpr.test_mpr import BRIGHT, listed, mpr, planes, settled, view

__all__ = ["listed", "mpr", "planes"]  # fixtures


def test_a_plane_is_seen_and_a_slice_is_not(planes, mpr, window):
    coronal = seen(planes.workspace, view(planes, Axis.CORONAL).pane)
    assert coronal is not None
    assert coronal.series is mpr.series
    assert coronal.shown is view(planes, Axis.CORONAL).state.slice
    planes.actions_table["view.layout_1"].trigger()
    assert seen(planes.workspace, planes.session.viewport.pane) is None


def test_what_is_quick_is_there_with_the_picture(qtbot, planes, mpr):
    pane = view(planes, Axis.CORONAL).pane
    sections = Sections(planes.workspace, lambda _, plane: Wanted("", lambda: plane.shown, quick=True))
    sections.follow(pane)
    assert sections.of(pane) is pane.state.slice
    seen_with = []
    pane.changed.connect(lambda _, after: seen_with.append(sections.of(pane) is after.slice))
    mpr.change(mpr.crosshair.moved(BRIGHT))
    settled(qtbot, planes)
    assert seen_with
    assert all(seen_with)


def test_what_is_not_quick_is_made_in_another_thread_and_shown_when_it_has_come(qtbot, planes):
    pane, told, go_on = view(planes, Axis.SAGITTAL).pane, [], threading.Event()

    def make():
        go_on.wait(5)
        return threading.current_thread()

    sections = Sections(planes.workspace, lambda *_: Wanted("", make), lambda *what: told.append(what))
    sections.follow(pane)
    assert sections.of(pane) is None
    go_on.set()
    qtbot.waitUntil(lambda: sections.of(pane) is not None)
    assert sections.of(pane) is not threading.main_thread()
    assert told == [(pane, sections.of(pane))]


def test_of_a_picture_that_was_left_nothing_is_shown(qtbot, planes):
    pane, go_on = view(planes, Axis.AXIAL).pane, threading.Event()
    first = pane.state.slice

    def ask(_, plane):
        def make():
            if plane.shown is first:
                go_on.wait(5)
            return plane.shown

        return Wanted("", make)

    sections = Sections(planes.workspace, ask)
    sections.follow(pane)
    planes.workspace.stack_of(pane).step(1)
    settled(qtbot, planes)
    go_on.set()
    qtbot.waitUntil(lambda: sections.of(pane) is not None)
    assert sections.of(pane) is pane.state.slice is not first


def test_the_same_wish_is_made_once_and_another_one_anew(planes):
    pane, made, kept = view(planes, Axis.AXIAL).pane, [], [object()]

    def ask(*_):
        return Wanted(Same(*kept), lambda: made.append(1), quick=True) if kept else None

    sections = Sections(planes.workspace, ask)
    sections.follow(pane)
    sections.renew(pane)
    assert len(made) == 1
    kept[0] = object()
    sections.renew(pane)
    assert len(made) == 2


def test_when_nothing_is_wanted_any_more_it_is_told_and_gone(planes):
    pane, told, wanted = view(planes, Axis.AXIAL).pane, [], [Wanted("", lambda: 7, quick=True)]
    sections = Sections(planes.workspace, lambda *_: wanted[0], lambda _, what: told.append(what))
    sections.follow(pane)
    wanted[0] = None
    sections.renew(pane)
    assert told == [7, None]
    assert sections.of(pane) is None


def test_what_fails_shows_nothing_and_says_so(qtbot, planes):
    pane, said = view(planes, Axis.AXIAL).pane, []
    planes.session.told.connect(said.append)

    def make():
        raise MemoryError

    Sections(planes.workspace, lambda *_: Wanted("", make)).follow(pane)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Masks could not be cut: MemoryError"]


@pytest.mark.parametrize(("one", "other", "same"), [((1000, 2000), (1000, 2000), False), ((), (), True)])
def test_equal_objects_are_not_the_same_ones(one, other, same):
    pair = [[each] for each in one], [[each] for each in other]
    assert (Same(*pair[0]) == Same(*pair[1])) is same
    assert Same(*pair[0]) == Same(*pair[0])
