"""Where the marks that a reader drew on slices cut a plane: as marks of that plane, to look at alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, MANY, Kind, Shape
from lungview.study.space import picture_mm
from lungview.study.strands import Strands, ellipse, ring
from lungview.viewer.common.pictured import Pictured
from lungview.viewer.marks_list.listed import Listed

_BY_ITS_BOX = (Shape.ELLIPSE, Shape.BOX)
_CLOSED = (Shape.CLOSED, *_BY_ITS_BOX)


def traces(marks: Sequence[Listed], on: Pictured, step_mm: float) -> tuple[Annotation, ...]:
    """What a plane shows of marks on slices: a line where one runs along it, else a cross where one cuts it.

    step_mm: from plane to plane. A mark that lies on the plane whole keeps its kind, but for ellipses and
    rectangles, whose boxes run as the pictures they were drawn on do. Marks that are not open cut nothing.
    """
    lines = [line for each in marks for line in _lines(each)]
    pieces, pixels = on.pieces(Strands.of([points for _, points in lines]), step_mm)
    dots, middles, starts = pieces.dots(pixels), pieces.middles(pixels), pieces.starts
    found: list[Annotation] = []
    for k, (at, count) in enumerate(zip(pieces.line, pieces.counts, strict=True)):
        mark, points = lines[at][0], pixels[starts[k] : starts[k] + count]
        if dots[k]:
            found.append(Annotation(Kind.PROBE, _points(middles[k : k + 1])))
        elif pieces.whole[k]:
            found.append(_whole(mark, points))
        else:
            found += _open(points)
    return tuple(found)


def _lines(listed: Listed) -> Iterator[tuple[Annotation, np.ndarray]]:
    """A mark with each of its lines, (n, 3) mm; none where its slice says no place."""
    place, mark = listed.place, listed.drawn
    geometry = None if place is None else place.instance.geometry
    spacing = None if place is None else place.series.spacing
    if geometry is not None and spacing is not None:
        for points in _outlines(mark):
            yield mark, picture_mm(geometry, spacing, points)


def _outlines(mark: Annotation) -> Iterator[np.ndarray]:
    """(n, 2) px of each line; of a closed one the first point once more at its end."""
    points, shape = np.array([(p.x, p.y) for p in mark.points]), KINDS[mark.kind].shape
    left, top, right, bottom = mark.box
    if shape is Shape.TWO_LINES:
        yield from (points[:2], points[2:])
        return
    if shape is Shape.BOX:
        points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    elif shape is Shape.ELLIPSE:
        middle = np.array([left + right, top + bottom]) / 2
        yield ellipse(middle, np.diag([right - left, bottom - top]) / 2)
        return
    yield ring(points) if shape in _CLOSED else points


def _whole(mark: Annotation, points: np.ndarray) -> Annotation:
    shape = KINDS[mark.kind].shape
    if shape in _CLOSED:
        return Annotation(Kind.POLYGON, _points(points[:-1]))
    if shape is Shape.TWO_LINES:
        return Annotation(Kind.POLYLINE, _points(points))
    return replace(mark, points=_points(points), label=None)


def _open(points: np.ndarray) -> Iterator[Annotation]:
    """As polylines, which have a number of points at most."""
    for first in range(0, len(points) - 1, MANY - 1):
        yield Annotation(Kind.POLYLINE, _points(points[first : first + MANY]))


def _points(pixels: np.ndarray) -> tuple[Point, ...]:
    return tuple(Point(float(x), float(y)) for x, y in pixels)
