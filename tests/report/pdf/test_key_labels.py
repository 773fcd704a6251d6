"""On paper, too, labels stand where the reader put them and cover no other."""

from __future__ import annotations

from itertools import combinations

from lungview.marks.annotation import Annotation, Kind, Point
from lungview.report.content import Drawn
from lungview.report.pdf.key_pictures import Area, labels

ROOM = (200.0, 0.0, 200.0)


def at(point: Point) -> tuple[float, float]:
    return point.x, 200 - point.y


def ruler(x: float, y: float, label: Point | None = None) -> Drawn:
    return Drawn(Annotation(Kind.RULER, (Point(x, y), Point(x + 30, y)), label=label), ("12.5 mm",))


def areas(*drawn: Drawn) -> list[Area]:
    return [area for area, _ in labels(drawn, at, ROOM)]


def meet(one: Area, other: Area) -> bool:
    across = one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
    return across and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]


def test_labels_of_drawings_at_one_place_do_not_cover_each_other() -> None:
    found = areas(*(ruler(80 + n, 100 + n) for n in range(6)))
    assert len(found) == 6
    assert not any(meet(a, b) for a, b in combinations(found, 2))


def test_a_label_stands_where_the_reader_put_it() -> None:
    ((x, y, _, tall),) = areas(ruler(10, 150, Point(60, 40)))
    assert (x, y + tall) == (60, 160)


def test_no_label_leaves_the_picture() -> None:
    for x, y, wide, tall in areas(
        ruler(190, 199), ruler(190, 1, Point(500, -40)), ruler(0, 199, Point(-9, 250))
    ):
        assert 0 <= x <= x + wide <= 200
        assert 0 <= y <= y + tall <= 200
