"""Linked panes: how one follows another from slice to slice, or why it does not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from lungview.study.space import Plane, Vector
from lungview.viewer.content import Content

_PARALLEL = math.cos(math.radians(2.5))  # series are told apart by the same angle


class Linked(Flag):
    """What a pane shares with the others that share it, too."""

    NONE = 0
    SLICE = auto()
    WINDOW = auto()
    CAMERA = auto()  # zoom, place and turn
    CURSOR = auto()  # where the mouse is, as a place in the patient
    ALL = SLICE | WINDOW | CAMERA | CURSOR


class Follow(StrEnum):
    """How a pane follows the active one.

    POSITION: to the slice nearest in mm, where both have one frame of reference (0020,0052). OFFSET: by as
    many mm as the active one moved, so that two scans are aligned by hand first. NUMBER: by as many slices,
    where neither has positions. NOT: its planes run another way, or only one of the two has positions.
    STRANGER: it is of another patient, and the reader did not link the two.
    """

    POSITION = "position"
    OFFSET = "offset"
    NUMBER = "number"
    NOT = "not"
    STRANGER = "stranger"


STAYS = (Follow.NOT, Follow.STRANGER)


@dataclass(frozen=True, slots=True)
class View:
    """What a pane shows. index: of the picture on screen; content: None in an empty pane."""

    content: Content | None
    index: int

    @property
    def count(self) -> int:
        return 0 if self.content is None else self.content.count

    @property
    def place(self) -> Plane | None:
        """Where the picture lies; None for an empty pane, and where the file does not say."""
        shown = self.content is not None and 0 <= self.index < self.count
        return self.content.place(self.index) if shown and self.content is not None else None

    @property
    def person(self) -> str:
        """A code for who it is of; "" where that is not known."""
        if self.content is None or not 0 <= self.index < self.count:
            return ""
        return self.content.instance(self.index).person or ""

    @property
    def frame_of_reference_uid(self) -> str:
        return "" if self.content is None else self.content.frame_of_reference_uid


def one_space(view: View, other: View) -> bool:
    """Whether places of both can be compared: both say the same frame of reference, and no other patient."""
    return (
        not strangers(view, other)
        and bool(view.frame_of_reference_uid)
        and (view.frame_of_reference_uid == other.frame_of_reference_uid)
    )


def strangers(view: View, other: View) -> bool:
    """Whether the files name two people."""
    return bool(view.person and other.person) and view.person != other.person


def parallel(normal: Vector, other: Vector) -> bool:
    """Whether planes with these unit normals run the same way, or opposite ones."""
    return abs(_dot(normal, other)) >= _PARALLEL


def follow(view: View, active: View, *, agreed: bool = False) -> Follow:
    """How a pane follows the active one; NOT for an empty pane.

    agreed: the reader linked the two, whoever they are of.
    """
    if not view.count or not active.count:
        return Follow.NOT
    if not agreed and strangers(view, active):
        return Follow.STRANGER
    one, other = view.place, active.place
    if one is None or other is None:
        return Follow.NUMBER if one is other else Follow.NOT
    if not parallel(one.normal, other.normal):
        return Follow.NOT
    return Follow.POSITION if one_space(view, active) else Follow.OFFSET


def target(view: View, active: View, moved_from: View, *, agreed: bool = False) -> int | None:
    """The index a pane goes to now that the active one shows `active`; None where it stays.

    view: what the pane showed when the two were linked. moved_from: what the active one showed then.
    agreed: as in `follow`.
    """
    how = follow(view, active, agreed=agreed)
    here, then, own = active.place, moved_from.place, view.place
    if how in STAYS or view.content is None:
        return None
    if how is Follow.NUMBER or here is None or own is None:
        return min(max(view.index + active.index - moved_from.index, 0), view.count - 1)
    if how is Follow.POSITION:
        return view.content.nearest(here.centre)
    moved = 0.0 if then is None else _dot(here.centre, here.normal) - _dot(then.centre, here.normal)
    return view.content.nearest(_along(own.centre, here.normal, moved))


def _along(point: Vector, direction: Vector, mm: float) -> Vector:
    x, y, z = (p + mm * d for p, d in zip(point, direction, strict=True))
    return x, y, z


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
