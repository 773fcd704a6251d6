"""Which other scans of the same person stand beside one whose lungs are measured."""

from __future__ import annotations

from collections.abc import Iterable

from lungview.study.key import patient_digest
from lungview.study.series import Series
from lungview.viewer.nodules.opened import opened_of
from lungview.viewer.studies.listed import study_of


def others(series: Series, listed: Iterable[Series]) -> tuple[Series, ...]:
    """One CT series of each other study of the same person, the most alike; the oldest study first.

    Empty where the file names no one: two people are not compared. A study whose series make no volume has
    one of them all the same: measuring it says why.
    """
    person = patient_digest(series.patient)
    best: dict[object, Series] = {}
    for each in listed:
        study = study_of(each)
        if not person or patient_digest(each.patient) != person or study == study_of(series):
            continue
        if each.modality != "CT" or each.localizer or len(each.instances) < 2:
            continue
        if study not in best or _likeness(series, each) > _likeness(series, best[study]):
            best[study] = each
    return tuple(sorted(best.values(), key=lambda each: (each.study.date, each.study.time)))


def _likeness(series: Series, other: Series) -> tuple[bool, bool, float, int]:
    """Higher is better: one that can be measured, the same kernel, slices as thick, many of them."""
    alike = _kernel(other) == _kernel(series)
    return not opened_of(other).why, alike, -abs(_mm(other) - _mm(series)), len(other.instances)


def _kernel(series: Series) -> str:
    return dict(series.instances[0].traits).get("kernel", "")


def _mm(series: Series) -> float:
    return max(series.thickness or 0.0, series.slice_spacing or 0.0)
