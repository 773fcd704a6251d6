"""Which slices of a series may bear a mark, known from their headers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lungview.image.slice import Instance, Patient, Slice, Study
from lungview.marks.study_marks import OldPicture, StudyMarks
from lungview.study.key import HasSeries, name_in


class HasInstances(HasSeries, Protocol):
    """What of an image.series.Series bears marks."""

    @property
    def instances(self) -> Sequence[Instance]: ...


@dataclass(frozen=True, slots=True)
class Alone:
    """A slice alone, where a series is asked for."""

    instances: tuple[Instance, ...]
    patient: Patient
    study: Study
    key: str = ""


def alone(slice_: Slice) -> Alone:
    """A slice as a series of its own."""
    return Alone((slice_.instance,), slice_.patient, slice_.study)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slice that may bear a mark. index: in its series.

    alone: no other slice of the series has its name; else its pixels decide which of them it is.
    """

    index: int
    instance: Instance
    alone: bool


def candidates(series: HasInstances, marks: StudyMarks) -> tuple[Candidate, ...]:
    """The slices that may bear one of the marks of their study, in the order of the series."""
    if marks.empty:
        return ()
    names = [name_in(series, instance) for instance in series.instances]
    times = Counter(names)
    return tuple(
        Candidate(index, instance, bool(name.instance) and times[name] == 1)
        for index, (instance, name) in enumerate(zip(series.instances, names, strict=True))
        if marks.may_be(name)
    )


def doubtful(series: HasInstances, marks: StudyMarks) -> tuple[OldPicture, ...]:
    """The pictures of an earlier version's marks that are several slices of a series by their UIDs."""
    if not marks.old:
        return ()
    study = series.study.study_instance_uid
    times = Counter(OldPicture(study, i.sop_instance_uid, i.frame) for i in series.instances)
    return tuple(old for old in marks.old if times[old] > 1)
