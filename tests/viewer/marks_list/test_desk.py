"""The desk without a window: what is listed and measured, and how a mark is gone to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.study.key import picture_id
from lungview.viewer.history import History
from lungview.viewer.marks.annotations import Annotations
from lungview.viewer.marks_list.desk import Desk
from tests.in_memory import MemorySeries, make_slice
from tests.viewer.by_hand import Opened


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """Over a series of three slices, of which the first is on screen."""
    made = Desk(opened.workspace, opened.workspace.annotations)
    opened.workspace.show(opened.series("1"))  # type: ignore[arg-type]
    settle(opened)
    return made


def settle(opened: Opened) -> None:
    for timer in opened.hand.timers:
        timer.ring()
    opened.hand.work()


def ruler(opened: Opened, index: int) -> Annotation:
    """A ruler of twenty pixels on a slice that is on screen."""
    opened.workspace.stack.go(index)
    shown = opened.workspace.active.state.slice
    assert shown is not None
    made, marks = Annotation(Kind.RULER, (Point(10, 10), Point(30, 10))), opened.workspace.annotations
    marks.add(marks.picture(shown), made, "Ruler")
    settle(opened)
    return made


def test_what_is_drawn_is_listed_and_measured_slice_by_slice(opened: Opened, desk: Desk) -> None:
    second, first = ruler(opened, 2), ruler(opened, 0)
    assert [each.drawn.id for each in desk.marks] == [first.id, second.id]
    assert [each.place.index for each in desk.marks if each.place] == [0, 2]
    assert desk.measured[first.id].said == ("14.0 mm",)  # 20 pixels of 0.7 mm

    opened.workspace.history.undo()
    settle(opened)
    assert [each.drawn.id for each in desk.marks] == [second.id]


def test_words_of_measures_are_the_readers(opened: Opened) -> None:
    desk = Desk(opened.workspace, opened.workspace.annotations, str.upper)
    opened.workspace.show(opened.series("1"))  # type: ignore[arg-type]
    shown = opened.workspace.active.state.slice
    assert shown is not None
    marks = opened.workspace.annotations
    made = Annotation(Kind.ELLIPSE, (Point(5, 5), Point(20, 20)))
    marks.add(marks.picture(shown), made, "Ellipse")
    settle(opened)
    said = " ".join(desk.measured[made.id].said)
    assert "MEAN" in said


def test_a_mark_is_gone_to_and_taken_hold_of_once_its_slice_is_there(opened: Opened, desk: Desk) -> None:
    made = ruler(opened, 2)
    opened.workspace.stack.go(0)
    settle(opened)
    held: list[str] = []
    desk.selecting.connect(held.append)

    desk.go(made.id)
    settle(opened)

    assert opened.workspace.stack.index == 2
    assert (held, desk.chosen) == ([made.id], made.id)
    assert desk.picture is not None
    assert desk.picture[1] == made


def test_of_several_changes_at_once_the_list_is_made_once(opened: Opened, desk: Desk) -> None:
    told: list[int] = []
    desk.changed.connect(lambda: told.append(len(desk.marks)))
    opened.workspace.news.relisted.emit()
    opened.workspace.news.relisted.emit()
    settle(opened)
    assert told == [0]

    opened.workspace.news.relisted.emit()
    settle(opened)
    assert told == [0, 0]


def test_what_is_renamed_deleted_or_hidden_is_undone_in_words(opened: Opened, desk: Desk) -> None:
    made, history = ruler(opened, 0), opened.workspace.history
    desk.rename(made.id, " RUL ")
    settle(opened)
    assert (desk.marks[0].drawn.text, history.undo_text) == ("RUL", "Text")

    desk.hide(made.id, True)
    assert (desk.annotations.hidden, history.undo_text) == (frozenset({made.id}), "Hide mark")
    desk.hide(made.id, False)
    assert (desk.annotations.hidden, history.undo_text) == (frozenset(), "Show mark")

    desk.remove(made.id)
    settle(opened)
    assert (desk.marks, history.undo_text) == ((), "Delete")


def test_a_mark_that_is_not_listed_changes_nothing(opened: Opened, desk: Desk) -> None:
    ruler(opened, 1)
    desk.go("none")
    desk.rename("none", "A")
    desk.remove("none")
    assert (opened.workspace.stack.index, desk.find("none"), len(desk.marks)) == (1, None, 1)


@pytest.fixture
def of_one_uid(opened: Opened) -> Desk:
    """Six slices that bear one SOP Instance UID, of which the first is on screen; a desk as after a start."""
    slices = [make_slice(k, values=np.full((40, 60), k, np.float32)) for k in range(6)]
    slices = [replace(s, instance=replace(s.instance, sop_instance_uid="1.9")) for s in slices]
    opened.cache.slices.update({s.instance: s for s in slices})
    made = MemorySeries(tuple(s.instance for s in slices), key="one")
    for index in (4, 2):
        marks = opened.workspace.annotations
        marks._put(picture_id(slices[index]), Annotation(Kind.PROBE, (Point(5, 5),), f"on {index}"))
    desk = Desk(opened.workspace, opened.workspace.annotations)
    opened.workspace.studies.series[:] = [made]  # type: ignore[list-item]
    opened.workspace.show(made)  # type: ignore[arg-type]
    for _ in range(4):
        settle(opened)
    return desk


def test_a_mark_is_listed_on_its_own_slice_where_all_bear_one_uid(opened: Opened, of_one_uid: Desk) -> None:
    places = {each.drawn.text: each.place.index for each in of_one_uid.marks if each.place}
    assert places == {"on 2": 2, "on 4": 4}
    said = {each.drawn.text: of_one_uid.measured[each.drawn.id].said for each in of_one_uid.marks}
    assert said == {"on 2": ("2 HU",), "on 4": ("4 HU",)}


def test_undo_goes_to_the_marks_own_slice_where_all_bear_one_uid(opened: Opened, of_one_uid: Desk) -> None:
    series = opened.workspace.stack.series
    assert series is not None
    found = [opened.workspace.annotations.index_in(series, each.picture) for each in of_one_uid.marks]
    assert found == [2, 4]


def test_a_slice_not_looked_at_is_not_taken_for_another_of_its_uid(opened: Opened) -> None:
    first, second = (
        replace(s, instance=replace(s.instance, sop_instance_uid="1.9"))
        for s in (make_slice(0), make_slice(1))
    )
    series = MemorySeries((first.instance, second.instance))
    annotations = Annotations(None, History())
    assert annotations.index_in(series, picture_id(second)) is None  # nobody has looked which of them it is
    annotations.picture(second)
    assert annotations.index_in(series, picture_id(second)) == 1
    assert annotations.index_in(series, picture_id(first)) == 0  # it is the one that is left
