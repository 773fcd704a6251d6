"""The one order of slices, and what is odd about it: along the normal, then by number, then by name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lungview.image.slice import Geometry, Instance

Vector = tuple[float, float, float]

SAME_PLACE = 0.01  # mm
_IRREGULAR = 0.1  # of the median step
_GAP = 1.5  # times the median step
_PARALLEL = 0.999  # cosine
_AXIAL = 0.7  # of the normal along the patient; a gantry tilts by 30 degrees at most
_TILT = 0.5  # degrees between the stack's direction and its slices' normal
_ASIDE = 1.0  # mm from the line that a stack lies on


class First(StrEnum):
    """Which end of an axial stack comes first. NUMBERED: Instance Number decides, wherever slices lie."""

    HEAD = "head"
    FEET = "feet"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True)
class Order:
    """Instances in slice order. step: median distance, mm, or None. warnings: sentences."""

    instances: tuple[Instance, ...]
    step: float | None
    warnings: tuple[str, ...]


def in_order(instances: Sequence[Instance], first: First = First.HEAD) -> Order:
    """Order instances of one orientation by their position along the normal (PS3.3 C.7.6.2.1.1).

    Axial ones begin with `first`: the patient's z grows towards the head. Those without a position come last,
    by Instance Number (0020,0013), then by natural order of their names. A slice's place in what comes out is
    its number everywhere. The result does not depend on the order in which they are given.
    """
    placed = [i for i in instances if i.geometry is not None]
    others = sorted((i for i in instances if i.geometry is None), key=_by_number)
    normal = common_normal(placed)
    way = _way(normal, first)
    along = {id(i): way * _along(i.geometry, normal) for i in placed}
    placed.sort(key=lambda i: (round(along[id(i)], 3), *_by_number(i)))
    ordered = sorted(instances, key=_by_number) if first is First.NUMBERED else [*placed, *others]
    number = {id(instance): at for at, instance in enumerate(ordered, 1)}
    step, odd = _steps(np.array([along[id(i)] for i in placed]), [number[id(i)] for i in placed])
    warnings = _unplaced(placed, others) + _sizes(instances)
    return Order(tuple(ordered), step, (*warnings, *odd, *_tilt(placed, normal)))


def _way(normal: Vector | None, first: First) -> int:
    """1 to go along the normal, −1 to go against it."""
    if normal is None or abs(normal[2]) < _AXIAL:
        return 1
    return -1 if (normal[2] > 0) == (first is not First.FEET) else 1


def by_direction(instances: Sequence[Instance]) -> list[list[Instance]]:
    """Instances of one direction together, the most frequent first; those without a place come last.

    Within some 2.5 degrees of the most frequent one: a stack that is turned on purpose is turned by more.
    """
    same: dict[tuple[float, ...] | None, list[Instance]] = {}
    for instance in instances:
        same.setdefault(instance.geometry.orientation if instance.geometry else None, []).append(instance)
    unplaced = same.pop(None, [])
    groups: list[tuple[Geometry | None, list[Instance]]] = []
    for _, members in sorted(same.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        geometry = members[0].geometry
        near = next((found for leader, found in groups if _same_direction(leader, geometry)), None)
        if near is None:
            groups.append((geometry, list(members)))
        else:
            near += members
    return [found for _, found in groups] + ([unplaced] if unplaced else [])


def _same_direction(a: Geometry | None, b: Geometry | None) -> bool:
    (normal, row), (other_normal, other_row) = normal_of(a), normal_of(b)
    if normal is None or row is None or other_normal is None or other_row is None:
        return False
    return dot(normal, other_normal) > _PARALLEL and dot(row, other_row) > _PARALLEL


def parallel(a: Geometry, b: Geometry) -> bool:
    """Whether two slices lie in parallel planes, whichever way round."""
    normal, other = normal_of(a)[0], normal_of(b)[0]
    return normal is not None and other is not None and abs(dot(normal, other)) > _PARALLEL


def common_normal(placed: Sequence[Instance]) -> Vector | None:
    """The normal along which instances of one direction are ordered, whichever of them came first."""
    found = {i.geometry.orientation: i.geometry for i in placed if i.geometry}
    return normal_of(found[min(found)])[0] if found else None


def normal_of(geometry: Geometry | None) -> tuple[Vector | None, Vector | None]:
    """Unit vectors of the normal and of the row direction, None where a slice has no place."""
    if geometry is None:
        return None, None
    a, b, c, d, e, f = geometry.orientation
    return _unit(b * f - c * e, c * d - a * f, a * e - b * d), _unit(a, b, c)


def _unit(x: float, y: float, z: float) -> Vector:
    length = math.hypot(x, y, z)
    return x / length, y / length, z / length


def dot(a: Vector, b: Vector) -> float:
    """The cosine between unit vectors; in plain Python, quicker than NumPy for three numbers."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _along(geometry: Geometry | None, normal: Vector | None) -> float:
    return 0.0 if geometry is None or normal is None else dot(geometry.position, normal)


def _by_number(instance: Instance) -> tuple[object, ...]:
    number = instance.instance_number if instance.instance_number is not None else 1 << 31
    name = instance.member or instance.path.name
    return number, natural(name), instance.frame, str(instance.path)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that has "slice 2" before "slice 10"."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def _unplaced(placed: Sequence[Instance], others: Sequence[Instance]) -> list[str]:
    """Words about missing positions, where slices should have some: in a cross-sectional modality."""
    if placed and others:
        return [f"{len(others)} slices have no position; they come last, in the order of their numbers"]
    if len(others) > 1 and others[0].modality in ("CT", "MR", "PT"):
        return ["the slices have no positions; they are in the order of their numbers"]
    return []


def _sizes(instances: Sequence[Instance]) -> list[str]:
    sizes = sorted({(i.rows, i.columns) for i in instances}, reverse=True)
    if len(sizes) < 2:
        return []
    return ["mixed sizes: " + ", ".join(f"{rows} × {columns}" for rows, columns in sizes[:4])]


def _steps(along: np.ndarray, numbers: Sequence[int]) -> tuple[float | None, list[str]]:
    """The median step between distinct positions, and warnings. along: mm, ascending; numbers: on screen."""
    steps = np.diff(along)
    distinct = steps[steps > SAME_PLACE]
    warnings = []
    if shared := len(steps) - len(distinct):
        warnings.append(f"{shared} slices lie at the position of another one (overlapping or repeated scans)")
    if not len(distinct):
        return None, warnings
    step = float(np.median(distinct))
    warnings += _gaps(steps, step, numbers)
    odd = (np.abs(distinct - step) > _IRREGULAR * step) & (distinct <= _GAP * step)
    if odd.any():
        least, most = distinct.min(), distinct[distinct <= _GAP * step].max()
        warnings.append(f"irregular slice spacing: {least:.2f} to {most:.2f} mm, median {step:.2f} mm")
    return step, warnings


def _gaps(steps: np.ndarray, step: float, numbers: Sequence[int]) -> list[str]:
    where = np.flatnonzero(steps > _GAP * step)
    texts = [
        f"gap between slices {numbers[i]} and {numbers[i + 1]}: {steps[i]:.2f} mm, expected {step:.2f} mm"
        for i in where[:3]
    ]
    if len(where) > 3:
        texts.append(f"{len(where) - 3} more gaps")
    return texts


def _tilt(placed: Sequence[Instance], normal: Vector | None) -> list[str]:
    """A stack whose positions do not run along the normal is sheared: an axial one by a tilted gantry.

    Where they run along no line, slices lie aside of the others, as of two scans put together.
    """
    if normal is None or len(placed) < 2:
        return []
    first, last = placed[0].geometry, placed[-1].geometry
    assert first is not None
    assert last is not None
    x, y, z = (b - a for a, b in zip(first.position, last.position, strict=True))
    if math.hypot(x, y, z) < SAME_PLACE:
        return []
    if (aside := _most_aside(placed, _unit(x, y, z))) > _ASIDE:
        return [f"slices lie up to {aside:.1f} mm aside of the line from the first to the last"]
    degrees = math.degrees(math.acos(min(abs(dot(_unit(x, y, z), normal)), 1.0)))
    cause = "gantry tilt: " if abs(normal[2]) > _AXIAL else ""
    return [f"{cause}the stack is sheared by {degrees:.1f} degrees"] if degrees > _TILT else []


def _most_aside(placed: Sequence[Instance], line: Vector) -> float:
    """The largest distance, mm, of a slice from the line through the first of them."""
    positions = np.array([i.geometry.position for i in placed if i.geometry], float)
    away = positions - positions[0]
    return float(np.linalg.norm(away - np.outer(away @ line, line), axis=1).max())
