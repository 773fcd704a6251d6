"""Sections of masks for the planes in a window: at once, or behind the picture, and never of another one."""

from __future__ import annotations

import threading

import pytest

from lungview.ui.mpr.sections import Same, Sections, Wanted, seen
from lungview.viewer.mpr.crosshair import Axis
from tests.ui.mpr.test_mpr import BRIGHT, listed, mpr, planes, settled, view

__all__ = ["listed", "mpr", "planes"]  # fixtures


def test_a_plane_is_seen_and_a_slice_is_not(planes, mpr, window):
    coronal = seen(planes.session, view(planes, Axis.CORONAL))
    assert coronal is not None
    assert coronal.series is mpr.series
    assert coronal.shown is view(planes, Axis.CORONAL).state.slice
    planes.actions_table["view.layout_1"].trigger()
    assert seen(planes.session, planes.session.viewport) is None


def test_what_is_quick_is_there_with_the_picture(qtbot, planes, mpr):
    viewport = view(planes, Axis.CORONAL)
    sections = Sections(planes.session, lambda _, plane: Wanted("", lambda: plane.shown, quick=True))
    sections.follow(viewport)
    assert sections.of(viewport) is viewport.state.slice
    seen_with = []
    viewport.changed.connect(lambda _, after: seen_with.append(sections.of(viewport) is after.slice))
    mpr.change(mpr.crosshair.moved(BRIGHT))
    settled(qtbot, planes)
    assert seen_with
    assert all(seen_with)


def test_what_is_not_quick_is_made_in_another_thread_and_shown_when_it_has_come(qtbot, planes):
    viewport, told, go_on = view(planes, Axis.SAGITTAL), [], threading.Event()

    def make():
        go_on.wait(5)
        return threading.current_thread()

    sections = Sections(planes.session, lambda *_: Wanted("", make), lambda *what: told.append(what))
    sections.follow(viewport)
    assert sections.of(viewport) is None
    go_on.set()
    qtbot.waitUntil(lambda: sections.of(viewport) is not None)
    assert sections.of(viewport) is not threading.main_thread()
    assert told == [(viewport, sections.of(viewport))]


def test_of_a_picture_that_was_left_nothing_is_shown(qtbot, planes):
    viewport, go_on = view(planes, Axis.AXIAL), threading.Event()
    first = viewport.state.slice

    def ask(_, plane):
        def make():
            if plane.shown is first:
                go_on.wait(5)
            return plane.shown

        return Wanted("", make)

    sections = Sections(planes.session, ask)
    sections.follow(viewport)
    planes.session.stack_of(viewport).step(1)
    settled(qtbot, planes)
    go_on.set()
    qtbot.waitUntil(lambda: sections.of(viewport) is not None)
    assert sections.of(viewport) is viewport.state.slice is not first


def test_the_same_wish_is_made_once_and_another_one_anew(planes):
    viewport, made, kept = view(planes, Axis.AXIAL), [], [object()]

    def ask(*_):
        return Wanted(Same(*kept), lambda: made.append(1), quick=True) if kept else None

    sections = Sections(planes.session, ask)
    sections.follow(viewport)
    sections.renew(viewport)
    assert len(made) == 1
    kept[0] = object()
    sections.renew(viewport)
    assert len(made) == 2


def test_when_nothing_is_wanted_any_more_it_is_told_and_gone(planes):
    viewport, told, wanted = view(planes, Axis.AXIAL), [], [Wanted("", lambda: 7, quick=True)]
    sections = Sections(planes.session, lambda *_: wanted[0], lambda _, what: told.append(what))
    sections.follow(viewport)
    wanted[0] = None
    sections.renew(viewport)
    assert told == [7, None]
    assert sections.of(viewport) is None


def test_what_fails_shows_nothing_and_says_so(qtbot, planes):
    viewport, said = view(planes, Axis.AXIAL), []
    planes.session.told.connect(said.append)

    def make():
        raise MemoryError

    Sections(planes.session, lambda *_: Wanted("", make)).follow(viewport)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Masks could not be cut: MemoryError"]


@pytest.mark.parametrize(("one", "other", "same"), [((1000, 2000), (1000, 2000), False), ((), (), True)])
def test_equal_objects_are_not_the_same_ones(one, other, same):
    pair = [[each] for each in one], [[each] for each in other]
    assert (Same(*pair[0]) == Same(*pair[1])) is same
    assert Same(*pair[0]) == Same(*pair[0])
