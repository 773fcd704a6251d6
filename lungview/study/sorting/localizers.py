"""Localizers that no word of the file calls so, and which series is worth opening first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lungview.image.values.same_person import person_of
from lungview.study.series import Series
from lungview.study.sorting.series_geometry import parallel

_NAMED = re.compile(r"scout|topo(gram|\b)|locali[sz]er|surview|scano(gram|view)?\b|pilot", re.IGNORECASE)
_MOST_SCOUTS = 3  # pictures of a localizer: from the front, from the side, and one more
_LEAST_SLICES = 4  # of a stack that makes another picture its localizer


def with_localizers(found: Iterable[Series]) -> list[Series]:
    """The same series; those that can only be localizers are marked as such and say why.

    In a CT study with a real stack: a picture or three that lie across it, or that are named like a scout.
    """
    series = list(found)
    stacks: dict[object, list[Series]] = {}
    for each in series:
        if len(each.instances) >= _LEAST_SLICES and each.slice_spacing is not None and not each.localizer:
            stacks.setdefault(_study(each), []).append(each)
    return [_marked(each, stacks.get(_study(each), [])) for each in series]


def _study(series: Series) -> object:
    return person_of(series.patient), series.study.study_instance_uid


def _marked(series: Series, stacks: Sequence[Series]) -> Series:
    few = len(series.instances) <= _MOST_SCOUTS and series.modality == "CT"
    if series.localizer or not few or not stacks:
        return series
    named = _NAMED.search(series.description) is not None
    if not named and not _across(series, stacks):
        return series
    why = "its description" if named else "its direction across the stack"
    said = f"taken for a localizer, by {why}; no element says so"
    return replace(series, localizer=True, warnings=(*series.warnings, said))


def _across(series: Series, stacks: Sequence[Series]) -> bool:
    own = series.instances[0].geometry
    return own is not None and not any(
        other is not None and parallel(own, other)
        for other in (stack.instances[0].geometry for stack in stacks)
    )


def opens_first(found: Sequence[Series]) -> Series:
    """Of series in their order the first stack; else the first that is no localizer; else the first."""
    stacks = (s for s in found if s.slice_spacing is not None and not s.localizer)
    return next(stacks, next((s for s in found if not s.localizer), found[0]))
