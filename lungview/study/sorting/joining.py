"""Joining: series of one slice each that lie in one stack, made one series when the reader asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise

from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.image.values.same_person import person_of
from lungview.study.series import Series
from lungview.study.sorting.series_geometry import (
    SAME_PLACE,
    First,
    by_direction,
    common_normal,
    dot,
    in_order,
)

_LEAST = 3  # series from which an offer is worth its words


def joinable(found: Iterable[Series]) -> tuple[tuple[Series, ...], ...]:
    """Groups of series of one slice each that would be one stack: some writers give each a Series UID.

    Of one person, study, frame of reference, modality, size, spacing and direction, each at its own place.
    Each group is in the order given.
    """
    alike: dict[object, list[Series]] = {}
    for series in found:
        if len(series.instances) == 1 and series.instances[0].geometry and not series.localizer:
            alike.setdefault(_stack_of(series), []).append(series)
    return tuple(tuple(group) for many in alike.values() for group in _one_way(many))


def _stack_of(series: Series) -> object:
    where = series.study.study_instance_uid, series.frame_of_reference_uid
    shape = series.rows, series.columns, series.spacing
    return person_of(series.patient), where, series.modality, shape


def _one_way(found: Sequence[Series]) -> list[list[Series]]:
    of = {id(series.instances[0]): series for series in found}
    turned = by_direction([series.instances[0] for series in found])
    groups = [one_way for one_way in turned if len(one_way) >= _LEAST and _at_own_places(one_way)]
    return [[of[id(instance)] for instance in group] for group in groups]


def _at_own_places(instances: Sequence[Instance]) -> bool:
    normal = common_normal(instances)
    along = sorted(dot(i.geometry.position, normal) for i in instances if i.geometry and normal)
    return all(b - a > SAME_PLACE for a, b in pairwise(along))


def noted(found: Sequence[Series]) -> list[Series]:
    """The same series; those that can be joined say so."""
    count = {each.key: len(group) for group in joinable(found) for each in group}
    return [_with_offer(each, count[each.key]) if each.key in count else each for each in found]


def _with_offer(series: Series, count: int) -> Series:
    offer = f"{count} series of one slice each lie in one stack; they can be joined"
    return replace(series, warnings=(*series.warnings, offer))


def joined(found: Sequence[Series], first: First = First.HEAD) -> Series:
    """One stack of series that `joinable` gave; `parts` keeps them, so that it can be undone.

    first: the end of the stack that comes first.
    Raises LungViewError for any others: slices of two people or two frames of reference are no stack.
    """
    groups = joinable(found)
    if len(groups) != 1 or len(groups[0]) != len(found):
        raise LungViewError("these series are no stack: patient, study, direction, size or places do not fit")
    parts = groups[0]
    order = in_order([part.instances[0] for part in parts], first)
    keys = "\0".join(part.key for part in parts)
    return replace(
        parts[0],
        key=f"joined/{blake2b(keys.encode(), digest_size=12).hexdigest()}",
        uid="",
        instances=order.instances,
        slice_spacing=order.step,
        warnings=(f"joined by the reader from {len(parts)} series of one slice each", *order.warnings),
        parts=parts,
    )
