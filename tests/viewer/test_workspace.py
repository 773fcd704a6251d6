"""A workspace without a window: panes, what is shown in them, links, settings, closing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from lungview import settings
from lungview.errors import SettingsError
from lungview.image.slice import Instance, Study
from lungview.viewer.links import Linked
from lungview.viewer.state import Interpolation, TextLevel
from lungview.viewer.workspace import Workspace
from tests.viewer.by_hand import Hand


def test_no_qt_is_loaded_with_it():
    code = "import sys, lungview.viewer.workspace; print(any(n.startswith('PySide6') for n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_first_pane_is_the_active_one_until_another_is(opened):
    first = opened.workspace.active
    other = opened.pane()
    assert opened.workspace.active is first

    opened.workspace.activate(other)

    assert opened.workspace.active is other


def test_a_series_is_shown_in_the_active_pane(opened):
    workspace, shown, slices = opened.workspace, [], []
    workspace.series_shown.connect(shown.append)
    workspace.slice_shown.connect(slices.append)
    series = opened.series("a")

    workspace.show(series)

    assert shown == [series]
    assert [each.instance for each in slices] == [series.instances[0]]
    assert workspace.active.state.count == 3


def test_what_another_pane_shows_is_told_when_it_becomes_the_active_one(opened):
    workspace, told = opened.workspace, []
    other = opened.pane()
    workspace.series_shown.connect(lambda series: told.append(series.key))
    workspace.index_wanted.connect(told.append)
    workspace.show(opened.series("a"), 2, other)
    assert told == []

    workspace.activate(other)

    assert told == ["a", 2]


@pytest.mark.parametrize(("first_slice", "index"), [("first", 0), ("middle", 2), ("last", 4)])
def test_a_series_opens_with_the_slice_of_the_settings(opened, first_slice, index):
    workspace = opened.workspace
    workspace.change_settings(replace(workspace.settings, first_slice=first_slice))

    workspace.show(opened.series("a", slices=5))

    assert workspace.stack.index == index


def test_settings_reach_panes_that_are_there_and_panes_to_come(opened):
    workspace = opened.workspace
    chosen = replace(workspace.settings, corner_text="none", hide_patient=True, interpolation="nearest")
    workspace.change_settings(chosen)

    for pane in (workspace.active, opened.pane()):
        assert pane.state.overlays.text is TextLevel.NONE
        assert not pane.state.overlays.patient
        assert pane.state.presentation.interpolation is Interpolation.NEAREST


def test_neighbours_are_shown_in_the_order_listed_and_the_ends_stay(opened):
    workspace = opened.workspace
    a, b = opened.series("a"), opened.series("b")
    workspace.show(a)

    seen = []
    for step in (1, 1, -1, -1):
        workspace.show_neighbour(step)
        seen.append(workspace.stack.series.key)

    assert seen == ["b", "b", "a", "a"]
    assert b.key == "b"


def test_panes_linked_as_one_include_those_to_come(opened):
    workspace = opened.workspace
    workspace.link(True)

    other = opened.pane()

    assert workspace.linked
    assert workspace.links[other] is Linked.ALL


def test_one_pane_can_share_some_of_what_it_shows(opened):
    workspace, told = opened.workspace, []
    workspace.linked_changed.connect(told.append)

    workspace.link_pane(workspace.active, Linked.WINDOW)
    workspace.link_pane(workspace.active, Linked.NONE)

    assert told == [True, False]


def test_closing_a_series_empties_its_panes_and_shows_another_where_nothing_is_left(opened):
    workspace, closed = opened.workspace, []
    a, b = opened.series("a", study=Study("1.a")), opened.series("b", study=Study("1.b"))
    workspace.news.closed.connect(closed.append)
    workspace.show(a)

    workspace.close_series([a])

    assert closed == [(a,)]
    assert workspace.studies.series == [b]
    assert workspace.stack.series is b


def test_a_pane_out_of_sight_does_not_count_as_showing_something(opened):
    workspace = opened.workspace
    a, b = opened.series("a"), opened.series("b")
    hidden = opened.pane()
    hidden.in_sight = lambda: False
    workspace.show(b, 0, hidden)
    workspace.show(a)

    workspace.close_series([a])

    assert workspace.stack.series is b


def test_closing_the_last_series_leaves_an_empty_pane(opened):
    workspace = opened.workspace
    a = opened.series("a")
    workspace.show(a)

    workspace.close_series([a])

    assert workspace.active.state.slice is None
    assert workspace.stack.content is None


def test_after_the_end_nothing_that_was_being_read_is_shown(opened):
    workspace = opened.workspace
    series = opened.series("a")
    opened.cache.slow.update(series.instances)
    workspace.show(series)

    workspace.close()
    opened.hand.work()

    assert workspace.active.state.slice is None


def test_a_slice_that_is_not_in_memory_is_read_from_its_file_and_not_kept(opened, tmp_path):
    file = tmp_path / "1.png"
    cv2.imwrite(str(file), np.full((8, 9), 77, np.uint8))
    instance = Instance(file, rows=8, columns=9)
    opened.cache.slow.add(instance)

    found = opened.workspace.read(instance)

    assert (found.rows, found.columns, float(found.values[0, 0])) == (8, 9, 77)
    assert instance not in opened.cache.slices


def test_a_slice_in_memory_is_the_one_that_is_worked_on(opened):
    series = opened.series("a")

    assert opened.workspace.read(series.instances[1]) is opened.cache.slices[series.instances[1]]


def test_settings_that_cannot_be_written_are_told_and_in_force(opened, monkeypatch):
    workspace, told = opened.workspace, []
    workspace.keeps_settings = True
    workspace.news.told.connect(told.append)
    monkeypatch.setattr(settings, "save", _full)

    workspace.keep(read_first=True)

    assert workspace.settings.read_first
    assert told == ["the settings cannot be written"]


def test_settings_kept_as_they_are_are_not_told_again(opened):
    changes = []
    opened.workspace.settings_changed.connect(changes.append)

    opened.workspace.keep(read_first=opened.workspace.settings.read_first)

    assert changes == []


def _full(_: settings.Settings) -> None:
    raise SettingsError("the settings cannot be written")


def test_what_asks_networks_and_what_can_wait_work_apart_where_they_are_given():
    reading, networks, waiting = Hand(), Hand(), Hand()
    workspace = Workspace(reading, inference=networks, idle=waiting)

    assert (workspace.background, workspace.inference, workspace.idle) == (reading, networks, waiting)
    assert Workspace(reading).inference is reading
