"""Linked panes follow by place, by a distance kept, by number, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lungview.image.slice import Geometry, Instance
from lungview.viewer.content import StackContent
from lungview.viewer.links import Follow, View, follow, one_space, target

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
_NO_CACHE: Any = None  # nothing is read
FROM_ABOVE = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)  # axial, its normal to the feet


def _view(instances: list, index: int, frame: str = "") -> View:
    return View(StackContent(instances, _NO_CACHE, frame), index)


def _stack(step: float, start: float = 0.0, orientation: tuple[float, ...] = AXIAL, count: int = 20) -> list:
    axis = 1 if orientation == CORONAL else 2
    places = [[0.0, 0.0, 0.0] for _ in range(count)]
    for at, place in enumerate(places):
        place[axis] = start + step * at
    return [
        Instance(Path(f"{start}{step}{at}"), geometry=Geometry(tuple(place), orientation))  # type: ignore[arg-type]
        for at, place in enumerate(places)
    ]


def test_in_one_frame_of_reference_the_slice_at_the_same_place_is_shown() -> None:
    one, other = _stack(1.0), _stack(2.0, start=-6.0)
    assert follow(_view(other, 0, "1.2"), _view(one, 0, "1.2")) is Follow.POSITION
    assert (
        target(_view(other, 0, "1.2"), _view(one, 10, "1.2"), _view(one, 3, "1.2")) == 8
    )  # −6 + 2 · 8 = 10 mm


def test_a_stack_that_runs_the_other_way_is_followed_by_place() -> None:
    one, other = _stack(1.0), _stack(-2.0, start=20.0, orientation=FROM_ABOVE)
    assert (
        target(_view(other, 0, "1.2"), _view(one, 10, "1.2"), _view(one, 0, "1.2")) == 5
    )  # 20 − 2 · 5 = 10 mm


@pytest.mark.parametrize("frame", ["", "1.3"], ids=["unknown", "another"])
def test_in_other_frames_of_reference_the_distance_at_linking_is_kept(frame: str) -> None:
    one, other = _stack(1.0), _stack(2.0, start=100.0)
    linked = _view(other, 5, frame)  # 110 mm beside 8 mm
    assert follow(linked, _view(one, 8, "1.2")) is Follow.OFFSET
    assert target(linked, _view(one, 12, "1.2"), _view(one, 8, "1.2")) == 7  # 4 mm on


def test_planes_that_run_another_way_do_not_follow() -> None:
    coronal, axial = _stack(3.0, orientation=CORONAL), _stack(1.0)
    assert follow(_view(coronal, 4, "1.2"), _view(axial, 0, "1.2")) is Follow.NOT
    assert target(_view(coronal, 4, "1.2"), _view(axial, 9, "1.2"), _view(axial, 0, "1.2")) is None


def test_pictures_without_a_place_follow_by_number_and_stay_within_the_series() -> None:
    plain = [Instance(Path(f"{at}.png")) for at in range(5)]
    assert target(_view(plain, 1), _view(plain, 3), _view(plain, 2)) == 2
    assert target(_view(plain, 4), _view(plain, 3), _view(plain, 0)) == 4


def test_a_picture_without_a_place_does_not_follow_one_that_has_one() -> None:
    plain = [Instance(Path(f"{at}.png")) for at in range(5)]
    assert follow(_view(plain, 0), _view(_stack(1.0), 0)) is Follow.NOT


def _of(person: str, frame: str) -> View:
    return _view([replace(each, person=person) for each in _stack(1.0)], 5, frame)


@pytest.mark.parametrize("frame", ["", "1.2"], ids=["by distance", "a copied frame of reference"])
def test_two_patients_do_not_scroll_together_unless_the_reader_says_so(frame: str) -> None:
    one, other, later = _of("ann", frame), _of("bob", frame), _of("ann", frame)
    assert follow(other, one) is Follow.STRANGER
    assert target(other, View(one.content, 8), one) is None
    assert target(other, View(one.content, 8), one, agreed=True) == 8
    assert not one_space(one, other)
    assert follow(later, one) is not Follow.STRANGER


def test_where_a_file_names_no_one_views_follow_as_ever() -> None:
    assert follow(_of("", ""), _of("ann", "")) is Follow.OFFSET


def test_an_empty_pane_and_an_index_outside_do_no_harm() -> None:
    one = _stack(1.0)
    assert target(_view([], 0), _view(one, 3), _view(one, 0)) is None
    assert target(_view(one, 99), _view(one, 3), _view(one, 0)) is None
