"""Points and lines of overlays, as those who wrote them meant them in mm, and as crosses and lines again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance, Patient, Spacing
from lungview.overlays.lines import Line, Lines, figures
from lungview.overlays.values import Contour, Figure, Kind, Overlay, Shape
from lungview.study.key import ObjectKey, frame_key
from lungview.study.series import Series
from lungview.study.strands import Strands, within

FRAME = "1.9"
PICTURE = Instance(
    Path("/ct/0"), geometry=Geometry((10.0, 20.0, 30.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)), rows=40, columns=50
)
SERIES = Series(
    "k", "1.2", "", "CT", (PICTURE,), 40, 50, Spacing(0.5, 0.8, "PixelSpacing"), slice_spacing=3.0,
    frame_of_reference_uid=FRAME,
)  # fmt: skip


def lines(*contours: Contour, drawn: tuple[Figure, ...] = (), series: Series = SERIES) -> Lines:
    overlay = Overlay(Kind.MEASUREMENTS, "", ObjectKey("file", "/a"), Patient(), "1", contours=contours)
    return Lines(overlay, {frame_key(PICTURE): drawn}, series)


def contour(points: list[tuple[float, float, float]], closed: bool = False, frame: str = FRAME) -> Contour:
    return Contour(2, np.array(points, float), closed, frame)


def test_open_contours_of_the_frame_of_reference_are_lines_and_closed_ones_are_not() -> None:
    open_, square = [(0.0, 0, 0), (1, 1, 1)], [(0.0, 0, 0), (1, 0, 0), (1, 1, 0)]
    found = lines(contour(open_), contour(square, closed=True), contour(open_, frame="1.8"))
    assert [each.points_mm.tolist() for each in found.lines] == [[list(p) for p in open_]]
    assert found.parts == {2}


@pytest.mark.parametrize(
    ("shape", "px", "mm"),
    [
        (Shape.POINTS, [(0.5, 0.5), (2.5, 3.5)], [[(10, 20)], [(11.6, 21.5)]]),
        (Shape.LINE, [(0.5, 0.5), (10.5, 0.5)], [[(10, 20), (18, 20)]]),
        (Shape.CLOSED, [(0.5, 0.5), (10.5, 0.5), (10.5, 4.5)], [[(10, 20), (18, 20), (18, 22), (10, 20)]]),
        (Shape.TEXT, [(4.0, 4.0)], []),
    ],
)
def test_what_is_drawn_on_a_picture_lies_in_the_patient_where_that_does(
    shape: Shape, px: list[tuple[float, float]], mm: list[list[tuple[float, float]]]
) -> None:
    found = lines(drawn=(Figure(1, shape, np.array(px), lines=("12 mm",)),))
    assert [each.points_mm for each in found.lines] == [
        pytest.approx(np.array([(*p, 30.0) for p in line])) for line in mm
    ]
    assert [each.words for each in found.lines] == [("12 mm",), (), ()][: len(mm)]


@pytest.mark.parametrize(
    ("shape", "points"),
    [
        (Shape.CIRCLE, [(20.0, 20.0), (26.0, 28.0)]),
        (Shape.ELLIPSE, [(10.0, 20.0), (30.0, 20.0), (20.0, 10.0), (20.0, 30.0)]),
    ],
)
def test_circles_and_ellipses_go_all_around(shape: Shape, points: list[tuple[float, float]]) -> None:
    (line,) = lines(drawn=(Figure(1, shape, np.array(points)),)).lines
    away = (line.points_mm[:, :2] - (10 + 19.5 * 0.8, 20 + 19.5 * 0.5)) / (0.8, 0.5)
    assert np.linalg.norm(away, axis=1) == pytest.approx(10.0)
    assert line.points_mm[0] == pytest.approx(line.points_mm[-1])
    assert line.closed


def test_a_picture_without_a_place_has_no_lines() -> None:
    bare = Series("k", "1.2", "", "CT", (PICTURE,), 40, 50, None)
    assert lines(drawn=(Figure(1, Shape.LINE, np.array([(0.0, 0), (9, 9)])),), series=bare).lines == ()


def seen(*drawn: Line, half: float = 1.0, parts: set[int] | None = None) -> list[Figure]:
    pieces = within(Strands.of([each.points_mm for each in drawn]), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), half)
    return list(figures(pieces, pieces.points_mm[:, :2], drawn, parts))


def line(*points: tuple[float, float, float], part: int = 0, closed: bool = False, words: str = "") -> Line:
    return Line(part, np.array(points, float), closed, (words,) if words else ())


def test_points_and_lines_met_head_on_are_the_crosses_of_their_part() -> None:
    drawn = line((3, 4, 0.5)), line((8, 9, -20), (8, 9, 20)), line((5, 5, 0), part=1), line((0, 0, 7))
    one, other = seen(*drawn)
    assert (one.part, one.shape, one.points.tolist()) == (0, Shape.POINTS, [[8, 9], [3, 4]])
    assert (other.part, other.shape, other.points.tolist()) == (1, Shape.POINTS, [[5, 5]])
    assert [each.part for each in seen(*drawn, parts={1})] == [1]


def test_words_stand_beside_what_is_seen_whole() -> None:
    flat, through = ((0, 0, 0), (9, 0, 0)), ((0, 0, -9), (90, 0, 9))
    whole, part = seen(line(*flat, words="9 mm"), line(*through, words="92 mm"))
    assert (whole.shape, whole.lines) == (Shape.LINE, ("9 mm",))
    assert (part.shape, part.lines) == (Shape.LINE, ())
    (point,) = seen(line((1, 1, 0), words="here"))
    assert (point.shape, point.lines) == (Shape.POINTS, ("here",))


def test_a_closed_line_is_closed_where_it_is_whole_and_open_where_it_is_cut() -> None:
    corners = (0, 0, 0), (9, 0, 0), (9, 9, 0), (0, 0, 0)
    (flat,) = seen(line(*corners, closed=True))
    assert (flat.shape, flat.points.tolist()) == (Shape.CLOSED, [[0, 0], [9, 0], [9, 9]])
    leaning = [(x, y, x / 5) for x, y, _ in corners]
    assert {each.shape for each in seen(line(*leaning, closed=True))} == {Shape.LINE}


def test_the_middle_is_a_place_on_the_part() -> None:
    found = lines(contour([(0, 0, 0), (10, 0, 0)]), contour([(0, 30, 0)]))
    assert found.middle(2) == (5.0, 0.0, 0.0)
    assert found.middle(3) is None
