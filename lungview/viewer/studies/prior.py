"""Which series of another study stands beside one that is compared."""

from __future__ import annotations

from collections.abc import Iterable

from lungview.study.key import patient_digest
from lungview.study.series import Series
from lungview.viewer.studies.listed import study_of


def prior_of(series: Series, listed: Iterable[Series]) -> Series | None:
    """The series to compare with: of the same person's latest earlier study, else of a later one.

    None where the person has no other study open: two people are not compared. Of one study the series of
    the same modality with the same description comes first, then the nearest number of slices; scouts last.
    """
    others = [
        each
        for each in listed
        if study_of(each) != study_of(series)
        and patient_digest(each.patient) == patient_digest(series.patient) != ""
    ]
    return likest(series, others)


def likest(series: Series, others: Iterable[Series]) -> Series | None:
    """The series that is most like one, whosesoever it is; None where there is none."""
    return max(others, key=lambda each: _likeness(series, each), default=None)


def _likeness(series: Series, other: Series) -> tuple[bool, bool, bool, str, bool, int]:
    """Higher is better."""
    earlier = other.study.date <= series.study.date
    return (
        not other.localizer,
        other.modality == series.modality,
        earlier,
        other.study.date if earlier else "",
        other.description == series.description,
        -abs(len(other.instances) - len(series.instances)),
    )
