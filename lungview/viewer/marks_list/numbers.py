"""What the marks of a list measure: slices are read one by one, then contours of one name become a volume."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lungview.errors import GeometryError, LungViewError
from lungview.image.slice import Instance, Slice, Spacing
from lungview.marks.derived.contour_volume import Contour, ContourVolume, contour_volume
from lungview.marks.kinds import Kind
from lungview.marks.measure_text import Translate, lines
from lungview.report.measured import Value, marked_slice
from lungview.study.key import picture_id
from lungview.study.series import Series
from lungview.viewer.marks_list.listed import Listed


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one mark. said: its measures as on the picture; why: the sentence in their place, "" otherwise."""

    said: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    spacing: Spacing | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ContourStack:
    """The contours of one name in one series. volume: None for the reason `why`."""

    name: str
    series: Series
    order: int
    contours: int
    volume: ContourVolume | None = None
    why: str = ""


def numbers(each: Listed, read: Callable[[Instance], Slice], tr: Translate = str) -> Numbers:
    """Read the slice of a mark and measure. A slice that cannot be read gives the sentence why."""
    if each.place is None:
        return Numbers()
    try:
        slice_ = read(each.place.instance)
    except LungViewError as error:
        return Numbers(why=error.message)
    return numbers_on(each, slice_, tr)


def numbers_on(each: Listed, slice_: Slice, tr: Translate = str) -> Numbers:
    """The same for a slice that is at hand; nothing where it is not the picture that was drawn on."""
    if picture_id(slice_) != each.picture:
        return Numbers()
    (measured,) = marked_slice(slice_, [each.drawn]).measured
    said = lines(slice_, each.drawn.written(""), tr)
    return Numbers(said, measured.values, slice_.spacing)


def contour_stacks(
    marks: Iterable[Listed], measured: Mapping[str, Numbers], hidden: frozenset[str] = frozenset()
) -> tuple[ContourStack, ...]:
    """The volumes of all contours that are not hidden. measured: by id; a name waits for all of its own."""
    groups: dict[tuple[int, str], list[Listed]] = {}
    for each in marks:
        if each.drawn.kind is Kind.CONTOUR and each.place is not None and each.drawn.id not in hidden:
            groups.setdefault((each.place.order, each.drawn.text), []).append(each)
    return tuple(
        _stack(group, measured)
        for group in groups.values()
        if all(each.drawn.id in measured for each in group)
    )


def _stack(group: list[Listed], measured: Mapping[str, Numbers]) -> ContourStack:
    first = group[0].place
    assert first is not None, "looked at in contour_stacks"
    series, count, name = first.series, len(group), group[0].drawn.text
    contours = [_contour(each, measured[each.drawn.id]) for each in group]
    try:
        found = contour_volume(contours, series.slice_spacing)
    except GeometryError as error:
        return ContourStack(name, series, first.order, count, why=error.message)
    return ContourStack(name, series, first.order, count, found)


def _contour(each: Listed, known: Numbers) -> Contour:
    assert each.place is not None
    return Contour(each.drawn.points, each.place.instance.geometry, known.spacing, each.place.index + 1)
