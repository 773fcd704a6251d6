"""What a reader drew on a slice: frozen values in the slice's own pixels."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field, replace

from lungview.marks.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a slice, in pixels from its upper left corner.

    x: to the right, y: down. The pixel of row r and column c covers [c, c + 1) × [r, r + 1), so its
    centre is (c + 0.5, r + 0.5).
    """

    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Point:
        return Point(self.x + dx, self.y + dy)


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Annotation:
    """One drawing.

    points: RULER and PROFILE their ends; ANGLE end, vertex, end; ELLIPSE and RECTANGLE two opposite corners
    of the box around it; POLYGON, POLYLINE and CONTOUR their corners in order; ARROW tip, then tail; PROBE
    its place; BIDIRECTIONAL and COBB the ends of one line, then of the other.
    text: what the reader wrote; may name a patient, so never in repr.
    label: where the reader put text and measures, their upper left corner; None for beside the drawing.
    """

    kind: Kind
    points: tuple[Point, ...]
    text: str = field(default="", repr=False)
    id: str = field(default_factory=_new_id)
    label: Point | None = None

    def __post_init__(self) -> None:
        fewest, most = KINDS[self.kind].fewest, KINDS[self.kind].most
        if not fewest <= len(self.points) <= most:
            raise ValueError(f"{self.kind} needs {fewest} to {most} points, not {len(self.points)}")
        places = self.points if self.label is None else (*self.points, self.label)
        if not all(math.isfinite(p.x) and math.isfinite(p.y) for p in places):
            raise ValueError("annotation points must be finite")

    def moved(self, dx: float, dy: float) -> Annotation:
        """The same drawing with its label, dx pixels further right and dy further down."""
        label = None if self.label is None else self.label.moved(dx, dy)
        return replace(self, points=tuple(p.moved(dx, dy) for p in self.points), label=label)

    def with_point(self, index: int, point: Point) -> Annotation:
        """The same drawing with one point elsewhere."""
        points = (*self.points[:index], point, *self.points[index + 1 :])
        return replace(self, points=points)

    def labelled_at(self, place: Point) -> Annotation:
        """The same drawing with its label elsewhere."""
        return replace(self, label=place)

    def written(self, text: str) -> Annotation:
        """The same drawing with another text."""
        return replace(self, text=text)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom around all points."""
        xs, ys = [p.x for p in self.points], [p.y for p in self.points]
        return min(xs), min(ys), max(xs), max(ys)
