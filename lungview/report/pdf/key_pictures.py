"""A key image on paper: the picture, and what was drawn on it as lines and text of the document."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Shape
from lungview.report.content import Drawn, KeyImage
from lungview.report.lettering.text import Style, Text, draw_line, fitted, width_of
from lungview.report.pdf import blocks
from lungview.report.pdf.figure import Picture
from lungview.report.pdf.page import GREY, INK

LINE = HexColor(0x6FDC6F)  # as on screen
GAP = 6 * mm
_SAID = Style(size=6.5, color=white)
_LEADING = 7.5
Place = tuple[float, float]
At = Callable[[Point], Place]
Area = tuple[float, float, float, float]  # x, y of the lower left corner, width, height; points


def gallery(images: Sequence[KeyImage], width: float) -> Flowable:
    """Two a row; rows may be on several pages."""
    half = (width - GAP) / 2
    cells: list[Any] = [key_picture(each, half) for each in images]
    cells += [Spacer(1, 1)] * (len(cells) % 2)
    rows = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    return blocks.table(
        rows,
        [half + GAP, half],
        [("RIGHTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)],
    )


def key_picture(key: KeyImage, width: float) -> Flowable | list[Flowable]:
    """The picture with its caption; where there is none, the sentence why."""
    if key.pixels is None:
        return [Text(key.place, Style(size=7.5, color=INK)), Text(key.words, Style(size=7.5, color=GREY))]
    return KeyPicture(key, width)


class KeyPicture(Picture):
    """A picture with drawings in the slice's pixels."""

    def __init__(self, key: KeyImage, width: float) -> None:
        assert key.pixels is not None
        super().__init__(
            key.pixels,
            (width, width),
            spacing=key.spacing,
            aspect=key.aspect,
            caption=f"{key.place}\n{key.words}",
            columns=key.size[1],
        )
        self.key = key

    def draw(self) -> None:
        """reportlab's protocol."""
        super().draw()
        wide, tall = self.shown
        foot = self.height - tall
        rows, columns = self.key.size

        def at(point: Point) -> Place:
            return point.x * wide / columns, foot + tall - point.y * tall / rows

        self.canv.saveState()
        edge = self.canv.beginPath()
        edge.rect(0, foot, wide, tall)
        self.canv.clipPath(edge, stroke=0, fill=0)
        for each in self.key.drawn:
            _draw(self.canv, each.annotation, at)
        for area, lines in labels(self.key.drawn, at, (wide, foot, foot + tall)):
            _say(self.canv, area, lines)
        self.canv.restoreState()


def _draw(canvas: Any, annotation: Annotation, at: At) -> None:
    for color, wide in ((black, 2.0), (LINE, 0.9)):
        canvas.setStrokeColor(color)
        canvas.setLineWidth(wide)
        path = canvas.beginPath()
        _OUTLINES[KINDS[annotation.kind].shape](path, [at(point) for point in annotation.points])
        canvas.drawPath(path, stroke=1, fill=0)


def labels(drawn: Sequence[Drawn], at: At, room: tuple[float, float, float]) -> list[tuple[Area, list[str]]]:
    """What is said of each drawing and where, as (x, y, width, height): where the reader put it, the others
    beside their drawing, in the picture, and clear of those before them where there is room.

    room: right, lower and upper edge of the picture.
    """
    found: list[tuple[Area, list[str]]] = []
    for each in sorted(drawn, key=lambda one: one.annotation.label is None):
        lines = [fitted(line, _SAID, room[0] - 8) for line in each.lines]
        if lines:
            area = _area(each.annotation, lines, at, room)
            taken = [other for other, _ in found]
            found.append((area if each.annotation.label else _clear(area, taken, room), lines))
    return found


def _area(annotation: Annotation, lines: list[str], at: At, room: tuple[float, float, float]) -> Area:
    """The measures right of the drawing or else left of it, where they are whole."""
    wide, foot, top = room
    broad, tall = max(width_of(line, _SAID) for line in lines) + 4, _LEADING * len(lines) + 2
    if annotation.label is not None:
        left, upper = at(annotation.label)
        x, y = min(max(left, 0.0), wide - broad), upper - tall
    else:
        places = [at(point) for point in annotation.points]
        right, left = max(x for x, _ in places) + 5, min(x for x, _ in places) - 5 - broad
        x = min(right, wide - broad) if right + broad <= wide or left < 0 else left
        y = max(y for _, y in places) - tall
    return x, min(max(y, foot), top - tall), broad, tall


def _clear(area: Area, taken: Sequence[Area], room: tuple[float, float, float]) -> Area:
    """The area moved up or down until it covers no other; as it is where there is no such place."""
    x, y, broad, tall = area
    _, foot, top = room
    ways = sorted(range(-40, 41), key=abs)
    moved = ((x, y + n * (tall + 1) / 2, broad, tall) for n in ways)
    inside = (each for each in moved if foot <= each[1] and each[1] + tall <= top)
    return next((each for each in inside if not any(_meet(each, other) for other in taken)), area)


def _meet(one: Area, other: Area) -> bool:
    apart = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
    return not (apart or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1])


def _say(canvas: Any, area: Area, lines: Sequence[str]) -> None:
    """Lines on a dark ground."""
    x, y, broad, tall = area
    canvas.saveState()
    canvas.setFillColor(black)
    canvas.setFillAlpha(0.6)
    canvas.rect(x, y, broad, tall, stroke=0, fill=1)
    canvas.restoreState()
    for number, line in enumerate(lines, 1):
        draw_line(canvas, x + 2, y + tall - _LEADING * number + 1.2, line, _SAID)


def _open(path: Any, places: Sequence[Place]) -> None:
    path.moveTo(*places[0])
    for place in places[1:]:
        path.lineTo(*place)


def _closed(path: Any, places: Sequence[Place]) -> None:
    _open(path, places)
    path.close()


def _ruler(path: Any, places: Sequence[Place]) -> None:
    _open(path, places)
    (x0, y0), (x1, y1) = places
    long = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = (y0 - y1) / long * 2.5, (x1 - x0) / long * 2.5
    for x, y in places:
        path.moveTo(x - dx, y - dy)
        path.lineTo(x + dx, y + dy)


def _arrow(path: Any, places: Sequence[Place]) -> None:
    _open(path, places)
    (x0, y0), (x1, y1) = places
    along = math.atan2(y1 - y0, x1 - x0)
    for turn in (-0.44, 0.44):
        path.moveTo(x0, y0)
        path.lineTo(x0 + 6 * math.cos(along + turn), y0 + 6 * math.sin(along + turn))


def _box(places: Sequence[Place]) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = places
    return min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)


def _cross(path: Any, places: Sequence[Place]) -> None:
    ((x, y),) = places
    _open(path, [(x - 4, y), (x + 4, y)])
    _open(path, [(x, y - 4), (x, y + 4)])


def _two_lines(path: Any, places: Sequence[Place]) -> None:
    _open(path, places[:2])
    _open(path, places[2:])


_OUTLINES: dict[Shape, Callable[[Any, Sequence[Place]], None]] = {
    Shape.TICKS: _ruler,
    Shape.OPEN: _open,
    Shape.CLOSED: _closed,
    Shape.ELLIPSE: lambda path, places: path.ellipse(*_box(places)),
    Shape.BOX: lambda path, places: path.rect(*_box(places)),
    Shape.ARROW: _arrow,
    Shape.CROSS: _cross,
    Shape.TWO_LINES: _two_lines,
}
