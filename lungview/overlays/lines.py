"""Points and lines of an overlay as planes show them: what encloses no body, and what lies on pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.overlays.values import Figure, Overlay, Shape
from lungview.study.key import FrameKey, frame_key
from lungview.study.series import Series
from lungview.study.space import Vector, picture_mm
from lungview.study.strands import Pieces, Strands, ellipse, ring


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """points_mm: (n, 3), of a closed line the first once more at its end; one alone is a point.

    words, filled: as of the figure it was.
    """

    part: int
    points_mm: np.ndarray = field(repr=False)
    closed: bool = False
    words: tuple[str, ...] = field(default=(), repr=False)
    filled: bool = False


class Lines:
    """Of one overlay, on the planes of one series.

    flat: of its figures those that lie on pictures alone, by picture; of the series' own pictures they are
    seen. Closed contours are not among the lines: they have a body.
    """

    def __init__(self, overlay: Overlay, flat: Mapping[FrameKey, Sequence[Figure]], series: Series) -> None:
        frame = series.frame_of_reference_uid
        in_patient = [
            Line(each.part, each.points_mm)
            for each in overlay.contours
            if frame and each.frame_of_reference_uid == frame and not each.encloses
        ]
        self.lines = (*in_patient, *_on_pictures(flat, series))
        self.strands = Strands.of([each.points_mm for each in self.lines])
        self.parts = frozenset(each.part for each in self.lines)

    def figures(self, pieces: Pieces, pixels: np.ndarray, parts: Collection[int]) -> Iterator[Figure]:
        """What a picture shows of some parts. pieces: of `strands`; pixels: (n, 2), where they are on it."""
        yield from figures(pieces, pixels, self.lines, parts)

    def middle(self, part: int) -> Vector | None:
        """The place on a part that is nearest to its middle, mm; None of a part without points or lines."""
        own = [each.points_mm for each in self.lines if each.part == part]
        if not own:
            return None
        places = np.concatenate([*own, *((line[:-1] + line[1:]) / 2 for line in own)])
        middle = (places.min(axis=0) + places.max(axis=0)) / 2
        x, y, z = places[np.linalg.norm(places - middle, axis=1).argmin()]
        return float(x), float(y), float(z)


def figures(
    pieces: Pieces, pixels: np.ndarray, lines: Sequence[Line], parts: Collection[int] | None = None
) -> Iterator[Figure]:
    """Pieces of lines on a picture: lines, and crosses where they are points; the crosses of a part at once.

    pixels: (n, 2), of all points of the pieces. parts: which are wanted, None for all. Words stand beside
    what is seen whole.
    """
    part = np.array([each.part for each in lines], np.intp)[pieces.line]
    wanted = np.ones(len(part), bool) if parts is None else np.isin(part, list(parts))
    said = np.array([bool(each.words) for each in lines], bool)[pieces.line] & pieces.whole
    dots, middles = pieces.dots(pixels), pieces.middles(pixels)
    crosses = wanted & dots & ~said
    for each in np.unique(part[crosses]):
        yield Figure(int(each), Shape.POINTS, middles[crosses & (part == each)])
    starts = pieces.starts
    for k in np.flatnonzero(wanted & ~crosses):
        line, points = lines[pieces.line[k]], pixels[starts[k] : starts[k] + pieces.counts[k]]
        yield _cross(line, middles[k]) if dots[k] else _drawn(line, points, bool(pieces.whole[k]))


def _cross(line: Line, at: np.ndarray) -> Figure:
    return Figure(line.part, Shape.POINTS, at[None], lines=line.words)


def _drawn(line: Line, points: np.ndarray, whole: bool) -> Figure:
    if not whole:
        return Figure(line.part, Shape.LINE, points)
    if line.closed:
        return Figure(line.part, Shape.CLOSED, points[:-1], line.filled, line.words)
    return Figure(line.part, Shape.LINE, points, lines=line.words)


def _on_pictures(flat: Mapping[FrameKey, Sequence[Figure]], series: Series) -> Iterator[Line]:
    for instance in series.instances if flat else ():
        geometry, spacing = instance.geometry, series.spacing
        if geometry is None or spacing is None:
            continue
        for figure in flat.get(frame_key(instance), ()):
            closed, words = figure.shape not in (Shape.POINTS, Shape.LINE), figure.lines
            for points in _outlines(figure):
                yield Line(figure.part, picture_mm(geometry, spacing, points), closed, words, figure.filled)
                words = ()  # beside the first alone


def _outlines(figure: Figure) -> Iterator[np.ndarray]:
    """(n, 2) px: each point alone, or the line, a closed one back to where it begins; of a text nothing."""
    points = figure.points
    if figure.shape is Shape.POINTS:
        yield from points[:, None]
    elif figure.shape is Shape.LINE:
        yield points
    elif figure.shape is Shape.CLOSED:
        yield ring(points)
    elif figure.shape is Shape.CIRCLE:
        yield ellipse(points[0], np.eye(2) * np.linalg.norm(points[1] - points[0]))
    elif figure.shape is Shape.ELLIPSE:
        one, other, third, fourth = points
        yield ellipse((one + other) / 2, np.stack([other - one, fourth - third]) / 2)
