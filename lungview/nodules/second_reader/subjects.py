"""What the second reader is asked of what a scan found: stacks as a whole, other pictures one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lungview.errors import InputError
from lungview.image.readers import read_instance
from lungview.image.slice import Instance
from lungview.nodules.answer import Answer, PixelBox
from lungview.nodules.second_reader import named_place, picture, second_look
from lungview.nodules.second_reader.block import Point
from lungview.nodules.second_reader.second_look import SecondReader
from lungview.study.series import Series


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a reader names.

    at: in the patient, mm. box: x0, y0, x1, y1 px of slice `slice`, which counts from 0.
    """

    at: Point | None = None
    box: PixelBox | None = None
    slice: int | None = None

    @property
    def given(self) -> bool:
        return self.at is not None or self.box is not None


@dataclass(frozen=True, slots=True)
class Subject:
    """instances: of a stack of slices, or one picture. series: None for the picture."""

    instances: tuple[Instance, ...] = field(repr=False)
    series: Series | None = None

    @property
    def head(self) -> dict[str, Any]:
        """Whose answer it is, as the JSON line begins."""
        if self.series is not None:
            return {"series_uid": self.series.uid, "patient_id": self.series.patient.patient_id}
        (one,) = self.instances
        return {"path": str(one.path / one.member), "frame": one.frame}


def subjects(found: Iterable[Series]) -> Iterator[Subject]:
    """What is asked of series: a stack as a whole, else each of its pictures."""
    for series in found:
        if is_stack(series):
            yield Subject(series.instances, series)
        else:
            yield from (Subject((instance,)) for instance in series.instances)


def is_stack(series: Series) -> bool:
    """Whether it is looked at as a series: two slices or more, all with a position."""
    return len(series.instances) > 1 and all(i.geometry is not None for i in series.instances)


def answer_to(
    subject: Subject,
    reader: SecondReader | None,
    named: Named = Named(),
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """The answer about a subject, or about a place named in it. Raises LungViewError.

    reader: None where a place is named.
    """
    if subject.series is None:
        return _of_picture(subject.instances[0], reader, named)
    if named.at is not None:
        return named_place.at_point(subject.series, named.at)
    if named.box is not None:
        if named.slice is None:
            raise InputError(
                "a box in a series needs its slice",
                hint="--slice N, from 0 at the first, which is the head's unless the settings say otherwise",
            )
        return named_place.in_box(subject.series, named.box, named.slice)
    assert reader is not None
    return second_look.of_series(subject.series, reader, cancelled=cancelled)


def _of_picture(instance: Instance, reader: SecondReader | None, named: Named) -> Answer:
    if named.at is not None:
        raise InputError("a place in mm needs a series with positions", hint="--box X0,Y0,X1,Y1")
    slice_ = read_instance(instance)
    if named.box is not None:
        return named_place.in_box_of_picture(slice_, named.box)
    assert reader is not None
    return picture.of_slice(slice_, reader)
