"""Stacks: slices of one direction told apart where several lie at one place: by phase, kernel, echo, energy.

Where every place has one slice they stay together, whatever else differs: a stepped acquisition counts on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lungview.image.slice import Instance
from lungview.study.sorting.series_geometry import SAME_PLACE, common_normal, dot, natural


@dataclass(frozen=True, slots=True)
class Stack:
    """name: what it differs in, "phase 1, B70f"; "" when it is alone. told_by: the names of the traits."""

    name: str
    told_by: tuple[str, ...]
    instances: tuple[Instance, ...]


@dataclass(frozen=True, slots=True)
class _Trait:
    """said: how a stack is named after a value."""

    name: str
    said: Callable[[str], str]


def _as_is(value: str) -> str:
    return value


# In this order; the names are those of `readers.traits`.
_TRAITS = (
    _Trait("phase", "phase {}".format),
    _Trait("percent", "phase {} %".format),
    _Trait("kernel", _as_is),
    _Trait("echo", "echo {}".format),
    _Trait("echo time", "TE {} ms".format),
    _Trait("inversion time", "TI {} ms".format),
    _Trait("flip angle", "flip angle {}°".format),
    _Trait("voltage", "{} kV".format),
    _Trait("b value", "b {}".format),
    _Trait("kind", _as_is),  # but for what all have in common
    _Trait("unit", _as_is),
    _Trait("component", _as_is),
    _Trait("repetition time", "TR {} ms".format),
    _Trait("sequence", _as_is),
    _Trait("algorithm", _as_is),
    _Trait("filter", "filter {}".format),
    _Trait("contrast phase", _as_is),
    _Trait("contrast agent", _as_is),
    _Trait("thickness", "{} mm thick".format),
    _Trait("pixel spacing", "pixels of {} mm".format),
    _Trait("field", "field of {} mm".format),
    _Trait("stack", "stack {}".format),
    _Trait("description", _as_is),
    _Trait("acquisition", "acquisition {}".format),
    _Trait("dimension", "dimension {}".format),
)
# Numbers that a scanner counts up along the table too: they tell stacks apart only where the stacks overlap.
_COUNTED = frozenset(("acquisition", "stack", "dimension"))
# At one place alone these are a film of it, to be scrolled through.
_IN_TIME = frozenset(("phase", "percent", "acquisition", "dimension"))
_NUMBER = "instance number"  # of the slice itself, no trait of it
# Values that nearly every slice has of its own: what counts is their order at each place.
_RANKED = (
    ("trigger", "phase {}"),
    ("time", "time {}"),
    ("frame time", "time {}"),
    ("content time", "time {}"),
    (_NUMBER, "set {}"),
)
_SHARED = 0.5  # of its places a stack has in common with another one


@dataclass(frozen=True, slots=True)
class _Slice:
    instance: Instance
    place: int
    traits: dict[str, str]


def stacks(instances: Sequence[Instance]) -> tuple[Stack, ...]:
    """The stacks that instances of one direction make up, by name; each instance is in one of them.

    They are split by the trait that leaves one slice at each place, else by as many as make the repeated
    places fewer, else by the order in time, or by that of their numbers, where each place was scanned as
    often. Where nothing tells them apart they stay one stack.
    """
    places = _places(instances)
    if len(set(places)) == len(places):
        return (Stack("", (), tuple(instances)),)
    slices = [_Slice(i, place, _traits(i)) for i, place in zip(instances, places, strict=True)]
    _without_common_words(slices)
    told_by = _telling(slices, film=max(places) == min(places))
    found = [stack for part in _parts(slices, told_by) for stack in _in_time(part, told_by)]
    if len(found) == 1:
        return (Stack("", (), tuple(instances)),)
    return tuple(sorted(found, key=lambda stack: natural(stack.name)))


def _traits(instance: Instance) -> dict[str, str]:
    number = {} if instance.instance_number is None else {_NUMBER: str(instance.instance_number)}
    return {**dict(instance.traits), **number}


def _without_common_words(slices: Sequence[_Slice]) -> None:
    """Of Image Type (0008,0008) leave what differs: MONO_70KEV, W."""
    kinds = [s.traits["kind"].split() for s in slices if "kind" in s.traits]
    common = set(kinds[0]).intersection(*kinds) if len(kinds) == len(slices) else set()
    for each in slices:
        if kind := " ".join(w for w in each.traits.pop("kind", "").split() if w not in common):
            each.traits["kind"] = kind


def _places(instances: Sequence[Instance]) -> list[int]:
    """The number of each instance's place along the normal; [] where one has none."""
    normal = common_normal(instances)
    if normal is None or any(i.geometry is None for i in instances):
        return []
    along = [dot(i.geometry.position, normal) for i in instances if i.geometry]
    places, place, before = [0] * len(along), 0, -math.inf
    for at in sorted(range(len(along)), key=along.__getitem__):
        place += along[at] - before > SAME_PLACE
        before, places[at] = along[at], place
    return places


def _values(slice_: _Slice, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(slice_.traits.get(name, "") for name in names)


def _repeats(slices: Sequence[_Slice], names: tuple[str, ...]) -> int:
    """How many slices lie at the place of another one of the same values."""
    return len(slices) - len({(s.place, _values(s, names)) for s in slices})


def _telling(slices: Sequence[_Slice], *, film: bool) -> tuple[str, ...]:
    """The traits that tell the slices of one place apart, as few as will do. film: all lie at one place."""
    names = [t.name for t in _TRAITS if not (film and t.name in _IN_TIME)]
    usable = [name for name in names if _differs_at_a_place(slices, name)]
    usable = [name for name in usable if name not in _COUNTED or _overlap(slices, name)]
    for name in usable:
        if _repeats(slices, (name,)) == 0:
            return (name,)
    chosen: tuple[str, ...] = ()
    for name in usable:
        if _repeats(slices, (*chosen, name)) < _repeats(slices, chosen):
            chosen = (*chosen, name)
    return chosen


def _differs_at_a_place(slices: Sequence[_Slice], name: str) -> bool:
    first: dict[int, str] = {}
    return any(first.setdefault(s.place, s.traits.get(name, "")) != s.traits.get(name, "") for s in slices)


def _overlap(slices: Sequence[_Slice], name: str) -> bool:
    """Whether each stack lies, for the better part, where others lie too."""
    at: dict[str, set[int]] = {}
    for each in slices:
        at.setdefault(each.traits.get(name, ""), set()).add(each.place)
    stacks_at = Counter(place for places in at.values() for place in places)
    return all(
        sum(stacks_at[place] > 1 for place in places) >= _SHARED * len(places) for places in at.values()
    )


def _parts(slices: Sequence[_Slice], names: tuple[str, ...]) -> list[list[_Slice]]:
    parts: dict[tuple[str, ...], list[_Slice]] = {}
    for each in slices:
        parts.setdefault(_values(each, names), []).append(each)
    return list(parts.values())


def _in_time(part: Sequence[_Slice], told_by: tuple[str, ...]) -> list[Stack]:
    """The stacks of a part, by time where slices still share places and there is more than one place."""
    name = _name(part[0], told_by)
    if _repeats(part, ()) and len({each.place for each in part}) > 1:
        for trait, said in _RANKED:
            if ranks := _ranks(part, trait):
                return [
                    _stack(", ".join(filter(None, (name, said.format(n)))), (*told_by, trait), rank)
                    for n, rank in enumerate(ranks, 1)
                ]
    return [_stack(name, told_by, part)]


def _stack(name: str, told_by: tuple[str, ...], part: Sequence[_Slice]) -> Stack:
    return Stack(name, told_by, tuple(each.instance for each in part))


def _ranks(part: Sequence[_Slice], trait: str) -> list[list[_Slice]]:
    """The first, the second, … slice of each place in time; [] unless each place has as many, all timed."""
    at: dict[int, list[_Slice]] = {}
    for each in part:
        at.setdefault(each.place, []).append(each)
    counts = {len(there) for there in at.values()}
    timed = all(len({s.traits.get(trait, "") for s in there} - {""}) == len(there) for there in at.values())
    if len(counts) != 1 or not timed:
        return []
    ordered = [sorted(there, key=lambda s: _moment(s.traits[trait])) for there in at.values()]
    return [list(rank) for rank in zip(*ordered, strict=True)]


def _moment(value: str) -> tuple[float, str]:
    """A time as it is sorted: TM, DT and milliseconds are numbers that grow, but for a colon or a zone."""
    number = re.match(r"\d+(\.\d+)?", value.replace(":", ""))
    return (float(number[0]) if number else 0.0, value)


def _name(slice_: _Slice, told_by: tuple[str, ...]) -> str:
    said = {trait.name: trait.said for trait in _TRAITS}
    return ", ".join(
        said[name](slice_.traits[name]) if name in slice_.traits else f"no {name}" for name in told_by
    )
