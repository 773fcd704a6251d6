"""Linked panes: how one follows another from slice to slice, or why it does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lungview.image.slice import Geometry, Instance

_PARALLEL = math.cos(math.radians(2.5))  # series are told apart by the same angle

Vector = tuple[float, float, float]


class Follow(StrEnum):
    """How a pane follows the active one.

    POSITION: to the slice nearest in mm, where both have one frame of reference (0020,0052). OFFSET: by as
    many mm as the active one moved, so that two scans are aligned by hand first. NUMBER: by as many slices,
    where neither has positions. NOT: its planes run another way, or only one of the two has positions.
    """

    POSITION = "position"
    OFFSET = "offset"
    NUMBER = "number"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class View:
    """What a pane shows. index: of the slice on screen; where there is none the pane is empty."""

    instances: Sequence[Instance]
    index: int
    frame_of_reference_uid: str = ""

    @property
    def geometry(self) -> Geometry | None:
        """Where the slice lies; None for an empty pane, and where the file does not say."""
        shown = 0 <= self.index < len(self.instances)
        return self.instances[self.index].geometry if shown else None


def follow(view: View, active: View) -> Follow:
    """How a pane follows the active one; NOT for an empty pane."""
    if not view.instances or not active.instances:
        return Follow.NOT
    one, other = view.geometry, active.geometry
    if one is None or other is None:
        return Follow.NUMBER if one is other else Follow.NOT
    if abs(_dot(one.normal, other.normal)) < _PARALLEL:
        return Follow.NOT
    shared = view.frame_of_reference_uid and view.frame_of_reference_uid == active.frame_of_reference_uid
    return Follow.POSITION if shared else Follow.OFFSET


def target(view: View, active: View, moved_from: View) -> int | None:
    """The index a pane goes to now that the active one shows `active`; None where it stays.

    view: what the pane showed when the two were linked. moved_from: what the active one showed then.
    """
    how = follow(view, active)
    here, then, own = active.geometry, moved_from.geometry, view.geometry
    if how is Follow.NOT:
        return None
    if how is Follow.NUMBER or here is None or own is None:
        return min(max(view.index + active.index - moved_from.index, 0), len(view.instances) - 1)
    along = _dot(here.position, here.normal)
    if how is Follow.OFFSET:
        before = along if then is None else _dot(then.position, here.normal)
        along += _dot(own.position, here.normal) - before
    return _nearest(view.instances, here.normal, along)


def _nearest(instances: Sequence[Instance], normal: Vector, along: float) -> int | None:
    """The index of the slice nearest to a place along a normal, mm; None when none has a position."""
    known = [
        (abs(_dot(each.geometry.position, normal) - along), index)
        for index, each in enumerate(instances)
        if each.geometry is not None
    ]
    return min(known)[1] if known else None


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
