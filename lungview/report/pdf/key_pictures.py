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
        for each in self.key.drawn:
            _say(self.canv, each, at, (wide, foot, foot + tall))
        self.canv.restoreState()


def _draw(canvas: Any, annotation: Annotation, at: At) -> None:
    for color, wide in ((black, 2.0), (LINE, 0.9)):
        canvas.setStrokeColor(color)
        canvas.setLineWidth(wide)
        path = canvas.beginPath()
        _OUTLINES[KINDS[annotation.kind].shape](path, [at(point) for point in annotation.points])
        canvas.drawPath(path, stroke=1, fill=0)


def _say(canvas: Any, drawn: Drawn, at: At, room: tuple[float, float, float]) -> None:
    """The measures right of the drawing or else left of it, on a dark ground, where they are whole."""
    wide, foot, top = room
    lines = [fitted(line, _SAID, wide - 8) for line in drawn.lines]
    if not lines:
        return
    places = [at(point) for point in drawn.annotation.points]
    broad, tall = max(width_of(line, _SAID) for line in lines) + 4, _LEADING * len(lines) + 2
    right, left = max(x for x, _ in places) + 5, min(x for x, _ in places) - 5 - broad
    fits = right + broad <= wide or left < 0
    x = min(right, wide - broad) if fits else left
    y = min(max(max(y for _, y in places) - tall, foot), top - tall)
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
