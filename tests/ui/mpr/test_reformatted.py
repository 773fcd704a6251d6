"""A plane cut from a volume in a view: measured like a slice, never judged, reported or kept."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.study.space import Plane
from lungview.study.volume import Volume
from lungview.ui.annotate.editing import Editing
from lungview.viewer.mpr.plane_content import PlaneContent
from tests.ui.conftest import make_slice

CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))


@pytest.fixture
def coronal(qtbot, show):
    """A coronal plane in the active view."""
    window = show(make_slice(0), make_slice(1))
    rows = np.random.default_rng(0).integers(-1000, 400, (30, 40, 50)).astype(np.int16)
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    volume = Volume(rows, (1.0, 0.7, 0.7), (0.0, 0.0, 0.0), axes)
    content = PlaneContent(volume, make_slice(0), Plane((0.0, 14.0, 0.0), *CORONAL))
    window.session.stack.fill(content, 20)
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    return window


def test_a_plane_is_shown_with_its_number_and_says_what_it_is(coronal):
    state = coronal.session.viewport.state
    assert (state.index, state.count) == (20, 40)
    assert state.slice.warnings == ("Reformatted",)


def test_the_wheel_goes_through_planes(qtbot, coronal):
    before = coronal.session.viewport.state.slice
    coronal.session.viewport.scrolled.emit(3)
    qtbot.waitUntil(lambda: coronal.session.viewport.state.index == 23)
    assert coronal.session.viewport.state.slice is not before


def test_a_plane_is_no_slice_of_the_series_for_the_panels(coronal):
    assert coronal.session.stack.series is None
    assert coronal.session.stack.instances == ()


def test_the_second_reader_does_not_see_a_plane(coronal, reader):
    said = []
    coronal.session.told.connect(said.append)
    assert reader.slice is None
    reader.run()
    assert not reader.busy
    assert said == ["A reformatted plane is not classified"]


@pytest.mark.parametrize("action", ["file.report", "file.tags", "tool.key_image"])
def test_what_needs_a_file_is_off_on_a_plane(coronal, action):
    assert not coronal.actions_table[action].isEnabled()
    assert coronal.actions_table["file.export"].isEnabled()


def test_what_is_drawn_on_a_plane_is_there_again_on_that_plane_alone(qtbot, coronal):
    editing = coronal.findChild(Editing)
    ruler = Annotation(Kind.RULER, (Point(3, 3), Point(13, 3)))
    shown = coronal.session.viewport.state.slice
    editing.annotations.add(editing.picture, ruler, "Ruler")
    coronal.session.stack.go(21)
    qtbot.waitUntil(lambda: not coronal.session.stack.pending)
    assert editing.annotations.on(coronal.session.viewport.state.slice) == ()
    assert editing.annotations.on(shown) == (ruler,)


def test_what_is_drawn_on_a_plane_is_not_kept(qtbot, coronal, monkeypatch):
    editing = coronal.findChild(Editing)
    put = []
    monkeypatch.setattr(editing.annotations._store, "put", lambda *a: put.append(a))
    editing.annotations.add(editing.picture, Annotation(Kind.PROBE, (Point(3, 3),)), "Probe")
    assert put == []


def test_a_series_takes_the_view_back(qtbot, coronal, show):
    show(make_slice(0), make_slice(1))
    state = coronal.session.viewport.state
    assert (state.count, state.slice.reformatted) == (2, False)
