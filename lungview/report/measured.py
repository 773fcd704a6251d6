"""What a reader drew, as numbers with their units: what a Structured Report is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lungview.image.slice import Instance, Slice
from lungview.marks import measure
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Measures


class What(StrEnum):
    """What a number is of."""

    LENGTH = "length"
    LONG_AXIS = "long axis"
    SHORT_AXIS = "short axis"
    ANGLE = "angle"
    COBB_ANGLE = "Cobb angle"
    AREA = "area"
    MEAN = "mean"
    DEVIATION = "standard deviation"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Value:
    """unit: "mm", "mm²", "px", "px²", "°", or that of the slice's values: "HU", "" when not known.

    line: the ends of the part of the drawing that it is of; () for the whole.
    """

    what: What
    number: float
    unit: str
    line: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """An annotation and its numbers, () for one that measures nothing."""

    annotation: Annotation
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedSlice:
    """A slice by its instance, what was measured on it, and whether it is a key image."""

    instance: Instance
    measured: tuple[Measured, ...] = ()
    key: bool = False


def marked_slice(slice_: Slice, drawn: Iterable[Annotation], *, key: bool = False) -> MarkedSlice:
    """The slice with the numbers of what was drawn on it."""
    found = tuple(Measured(each, _VALUES[KINDS[each.kind].measures](slice_, each)) for each in drawn)
    return MarkedSlice(slice_.instance, found, key)


def merged(marked: Iterable[MarkedSlice]) -> list[MarkedSlice]:
    """Each slice once, with all that was measured on it: a key image may be the slice on screen, too."""
    by_place: dict[tuple[object, ...], MarkedSlice] = {}
    for each in marked:
        place = (*file_of(each.instance), each.instance.frame)
        before = by_place.get(place, MarkedSlice(each.instance))
        known = {measured.annotation.id for measured in before.measured}
        more = tuple(measured for measured in each.measured if measured.annotation.id not in known)
        by_place[place] = MarkedSlice(each.instance, (*before.measured, *more), before.key or each.key)
    return list(by_place.values())


def file_of(instance: Instance) -> tuple[Path, str]:
    """Where the bytes of an instance are: its file, and its name inside a zip."""
    return instance.path, instance.member


def _length(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    found = measure.length(slice_, *drawn.points)
    return (Value(What.LENGTH, found.value, found.unit),)


def _angle(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    found = measure.angle(slice_, *drawn.points)
    return () if found is None else (Value(What.ANGLE, found, "°"),)


def _path(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    found = measure.path_length(slice_, drawn.points)
    return (Value(What.LENGTH, found.value, found.unit),)


def _axes(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    lines = zip((What.LONG_AXIS, What.SHORT_AXIS), measure.axes(slice_, drawn.points), strict=True)
    measured = ((what, line, measure.length(slice_, *line)) for what, line in lines)
    return tuple(Value(what, found.value, found.unit, line) for what, line, found in measured)


def _between(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    found = measure.between(slice_, drawn.points)
    return () if found is None else (Value(What.COBB_ANGLE, found, "°"),)


def _region(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    area = measure.area(slice_, drawn)
    values = (Value(What.AREA, area.value, area.unit),)
    found = measure.statistics(slice_, drawn)
    if found is None:
        return values
    numbers = {
        What.MEAN: found.mean,
        What.DEVIATION: found.deviation,
        What.MINIMUM: found.minimum,
        What.MAXIMUM: found.maximum,
    }
    return (*values, *(Value(what, number, slice_.unit) for what, number in numbers.items()))


def _probe(slice_: Slice, drawn: Annotation) -> tuple[Value, ...]:
    found = None if slice_.colour else measure.value_at(slice_, drawn.points[0])
    return () if found is None else (Value(What.VALUE, float(found), slice_.unit),)


def _nothing(_: Slice, __: Annotation) -> tuple[Value, ...]:
    return ()


_VALUES = {
    Measures.LENGTH: _length,
    Measures.PATH: _path,
    Measures.AXES: _axes,
    Measures.ANGLE: _angle,
    Measures.BETWEEN: _between,
    Measures.REGION: _region,
    Measures.VALUE: _probe,
    Measures.NOTHING: _nothing,
}
