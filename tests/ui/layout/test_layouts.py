"""Layouts: thorax, compare, rows and columns, one key through all; series dragged into a view."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from lungview.image.slice import Geometry, Patient, Study
from lungview.ui.browser.series_tree import SERIES_DRAGGED
from lungview.ui.shell.views import pane_header
from lungview.viewer.links import Linked
from tests.ui.conftest import MemorySeries, make_slice

NONE = Qt.KeyboardModifier.NoModifier


def _series(window, key, *, count=6, step=2.0, patient="A", date="20240101", modality="CT"):
    made = []
    for at in range(count):
        plain = make_slice(at)
        place = Geometry((0.0, 0.0, -step * at), plain.instance.geometry.orientation)
        instance = replace(plain.instance, path=Path(f"{key}{at}"), geometry=place, modality=modality)
        made.append(replace(plain, instance=instance))
    window.session.cache.slices.update({each.instance: each for each in made})
    return MemorySeries(
        tuple(each.instance for each in made), key=key, modality=modality,
        patient=Patient(patient, patient), study=Study(f"1.{date}.{key}", date=date),
    )  # fmt: skip


@pytest.fixture
def lung(window):
    """A CT series in the only view, at its third slice."""
    made = _series(window, "now", date="20240601")
    window.session.series.append(made)
    window.session.show(made)
    window.session.stack.go(2)
    return window


def _shown(window):
    stacks = [window.session.stack_of(each) for each in window.session.viewports]
    return [(stack.series.key if stack.series else "", stack.index) for stack in stacks]


def test_thorax_is_one_series_through_two_windows_with_one_scroll(lung):
    lung.actions_table["view.thorax"].trigger()
    lung.session.stack.go(4)
    assert _shown(lung) == [("now", 4), ("now", 4)]
    assert [each.state.window.name for each in lung.session.viewports] == ["Lung", "Mediastinum"]


def test_a_window_changed_in_one_half_of_the_thorax_stays_there(lung):
    lung.actions_table["view.thorax"].trigger()
    lung.actions_table["window.bone"].trigger()
    assert [each.state.window.width for each in lung.session.viewports] == [2000, 400]


def test_the_links_of_the_thorax_end_with_it(lung):
    lung.actions_table["view.thorax"].trigger()
    lung.actions_table["view.layout_4"].trigger()
    assert set(lung.session.links.values()) == {Linked.NONE}


def test_links_that_the_reader_made_outlast_the_thorax(lung):
    lung.actions_table["view.thorax"].trigger()
    lung.session.link(True)
    lung.actions_table["view.layout_4"].trigger()
    assert set(lung.session.links.values()) == {Linked.ALL}


@pytest.fixture
def two_people(lung):
    """Two views, a patient each, linked before the second patient came."""
    lung.actions_table["view.layout_2"].trigger()
    lung.session.link(True)
    other = _series(lung, "other", patient="B")
    people = {"now": "ann", "other": "bob"}
    for made, viewport in zip((lung.session.stack.series, other), lung.session.viewports, strict=True):
        slices = [lung.session.cache.get(each) for each in made.instances]
        named = [
            replace(each, instance=replace(each.instance, person=people[made.key], member=made.key))
            for each in slices
        ]
        lung.session.cache.slices.update({each.instance: each for each in named})
        lung.session.show(replace(made, instances=tuple(each.instance for each in named)), 2, viewport)
    lung.session.activate(lung.session.viewports[0])
    return lung


def test_two_patients_do_not_scroll_together_and_the_view_says_why(two_people):
    two_people.session.stack.go(4)
    assert _shown(two_people) == [("now", 4), ("other", 2)]
    assert "another patient" in two_people.session.viewports[1].apart


def test_two_patients_scroll_together_once_the_reader_links_them(two_people):
    switch = two_people.grid.frames[1].header.switches[Linked.SLICE]
    switch.click()
    switch.click()
    two_people.session.stack.go(4)
    assert _shown(two_people) == [("now", 4), ("other", 4)]
    assert "another patient" in two_people.grid.frames[1].header.following.text()
    assert two_people.session.viewports[1].apart == ""


def test_thorax_is_of_ct_alone(window):
    window.session.show(_series(window, "mr", modality="MR"))
    assert not window.actions_table["view.thorax"].isEnabled()


def test_compare_shows_the_prior_of_the_same_person(lung):
    lung.session.series += [
        _series(lung, "other", patient="B", date="20230101"),
        _series(lung, "prior", date="20230101", step=1.0),
    ]
    lung.actions_table["view.compare"].trigger()
    assert _shown(lung) == [("now", 2), ("prior", 4)]  # as far below the first slice
    lung.session.stack.step(-1)
    assert _shown(lung) == [("now", 1), ("prior", 2)]
    assert lung.grid.frames[1].header.following.text() == "by distance"


def test_compare_without_a_prior_leaves_room_for_it(lung):
    said = []
    lung.session.told.connect(said.append)
    lung.actions_table["view.compare"].trigger()
    assert _shown(lung) == [("now", 2), ("", 0)]
    assert said == ["No other study of this patient is open: drop it on the window"]


def test_what_is_opened_next_comes_into_the_empty_view(lung):
    lung.actions_table["view.compare"].trigger()
    lung.session.workspace.listing.add(_series(lung, "dropped", date="20230101"))
    assert [key for key, _ in _shown(lung)] == ["now", "dropped"]
    assert lung.session.viewport is lung.session.viewports[1]


@pytest.mark.parametrize(
    ("action", "count"),
    [
        ("view.layout_1", 1),
        ("view.grid_2x1", 2),
        ("view.grid_1x3", 3),
        ("view.grid_2x3", 6),
        ("view.grid_3x3", 9),
    ],
)
def test_views_stand_in_rows_and_columns(lung, action, count):
    lung.actions_table[action].trigger()
    assert [frame.isVisible() for frame in lung.grid.frames].count(True) == count


def test_one_key_goes_through_the_layouts_that_can_be_shown(lung):
    shapes, key = [], lung.actions_table["view.layout"]
    assert [each.toString() for each in key.shortcuts()] == ["Ctrl+L"]
    for name in ("view.thorax", "view.compare", "view.layout_1"):
        if name == "view.compare":
            lung.actions_table["view.mpr"].setEnabled(False)
        key.trigger()
        shapes.append(lung.session.workspace.layout)
    assert shapes == [(1, 2), (1, 2), (1, 1)]


def test_a_series_is_dropped_into_a_view(lung):
    other = _series(lung, "other")
    lung.session.series.append(other)
    lung.actions_table["view.layout_2"].trigger()
    frame, data = lung.grid.frames[1], QMimeData()
    data.setData(SERIES_DRAGGED, b"other")
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, NONE)
    frame.dragEnterEvent(enter)
    assert enter.isAccepted()
    frame.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, NONE))
    assert _shown(lung) == [("now", 2), ("other", 0)]


def test_a_link_is_switched_on_the_view_and_on_no_other(lung):
    lung.actions_table["view.thorax"].trigger()
    header = lung.grid.frames[1].header
    assert header.links == Linked.SLICE | Linked.CAMERA | Linked.CURSOR
    header.switches[Linked.SLICE].click()
    lung.session.stack.go(5)
    assert _shown(lung) == [("now", 5), ("now", 2)]
    assert Linked.SLICE in lung.grid.frames[0].header.links


def test_a_wide_view_has_words_on_its_switches_and_a_narrow_one_letters(qtbot):
    header = pane_header.PaneHeader()
    qtbot.addWidget(header)
    header.show()
    for width, text in ((900, "Slice"), (300, "S")):
        header.resize(width, 24)
        assert header.switches[Linked.SLICE].text() == text


def test_the_line_above_a_view_is_there_as_soon_as_there_are_several(lung):
    assert not lung.grid.frames[0].header.isVisible()
    lung.actions_table["view.layout_2"].trigger()
    assert lung.grid.frames[0].header.isVisible()
