"""The kinds of drawings: one table, a row a kind. What is drawn and what is measured is chosen by the row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Kind(StrEnum):
    """The name a kind is stored under: never change one."""

    RULER = "ruler"
    ANGLE = "angle"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    POLYGON = "polygon"
    ARROW = "arrow"
    PROBE = "probe"
    BIDIRECTIONAL = "bidirectional"
    COBB = "cobb"
    POLYLINE = "polyline"
    PROFILE = "profile"
    CONTOUR = "contour"


class Shape(Enum):
    """How a kind looks on its points."""

    TICKS = auto()  # a line with a tick at each end
    OPEN = auto()
    CLOSED = auto()
    ELLIPSE = auto()  # in the box of two corners
    BOX = auto()
    ARROW = auto()
    CROSS = auto()
    TWO_LINES = auto()  # between the first and the second, and between the third and the fourth point


class Measures(Enum):
    """What a kind measures."""

    LENGTH = auto()
    PATH = auto()  # the lengths of all parts, added up
    AXES = auto()  # the longer and the shorter of two lines
    ANGLE = auto()  # at the second of three points
    BETWEEN = auto()  # the angle between two lines, 0 to 90 degrees
    REGION = auto()  # area, and statistics of the values inside
    VALUE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One kind. fewest, most: points; word: of its measure in a report."""

    fewest: int
    most: int
    shape: Shape
    measures: Measures
    word: str


MANY = 1000
KINDS = {
    Kind.RULER: Row(2, 2, Shape.TICKS, Measures.LENGTH, "Length"),
    Kind.ANGLE: Row(3, 3, Shape.OPEN, Measures.ANGLE, "Angle"),
    Kind.ELLIPSE: Row(2, 2, Shape.ELLIPSE, Measures.REGION, "Ellipse"),
    Kind.RECTANGLE: Row(2, 2, Shape.BOX, Measures.REGION, "Rectangle"),
    Kind.POLYGON: Row(3, MANY, Shape.CLOSED, Measures.REGION, "Polygon"),
    Kind.ARROW: Row(2, 2, Shape.ARROW, Measures.NOTHING, "Arrow"),
    Kind.PROBE: Row(1, 1, Shape.CROSS, Measures.VALUE, "Value"),
    Kind.BIDIRECTIONAL: Row(4, 4, Shape.TWO_LINES, Measures.AXES, "Long and short axis"),
    Kind.COBB: Row(4, 4, Shape.TWO_LINES, Measures.BETWEEN, "Cobb angle"),
    Kind.POLYLINE: Row(2, MANY, Shape.OPEN, Measures.PATH, "Path length"),
    Kind.PROFILE: Row(2, 2, Shape.TICKS, Measures.LENGTH, "Profile"),
    Kind.CONTOUR: Row(3, MANY, Shape.CLOSED, Measures.REGION, "Contour"),
}
