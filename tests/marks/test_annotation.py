"""Annotation values."""

from __future__ import annotations

import math

import pytest

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind


def test_moving_an_annotation_moves_every_point_and_keeps_its_id() -> None:
    angle = Annotation(Kind.ANGLE, (Point(0, 0), Point(5, 5), Point(10, 0)), "hilum")
    moved = angle.moved(2, -1)
    assert moved.points == (Point(2, -1), Point(7, 4), Point(12, -1))
    assert (moved.id, moved.text) == (angle.id, "hilum")


def test_a_text_is_never_in_the_repr() -> None:
    assert "Doe" not in repr(Annotation(Kind.PROBE, (Point(0, 0),), "Doe, Jane"))


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.RULER, 1), (Kind.RULER, 3), (Kind.ANGLE, 2), (Kind.POLYGON, 2)]
)
def test_an_annotation_with_the_wrong_number_of_points_cannot_be_made(kind: Kind, count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        Annotation(kind, (Point(0, 0),) * count)


def test_an_annotation_at_infinity_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="finite"):
        Annotation(Kind.PROBE, (Point(math.inf, 0),))
