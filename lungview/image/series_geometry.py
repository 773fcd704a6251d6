"""The order of slices, and what is odd about it: along the normal, then by number, then by name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.image.slice import Geometry, Instance

Vector = tuple[float, float, float]

_SAME_PLACE = 0.01  # mm
_IRREGULAR = 0.1  # of the median step
_GAP = 1.5  # times the median step
_TILT = 0.5  # degrees between the stack's direction and its slices' normal


@dataclass(frozen=True, slots=True)
class Order:
    """Instances in slice order. step: median distance, mm, or None. warnings: sentences."""

    instances: tuple[Instance, ...]
    step: float | None
    warnings: tuple[str, ...]


def in_order(instances: Sequence[Instance]) -> Order:
    """Order instances of one orientation by their position along the normal (PS3.3 C.7.6.2.1.1).

    Those without a position come last, by Instance Number (0020,0013), then by natural order of their names.
    An instance that is there twice (one SOP Instance UID, one frame, one place) is kept once.
    """
    unique, repeated = _without_copies(instances)
    placed = [i for i in unique if i.geometry is not None]
    others = sorted((i for i in unique if i.geometry is None), key=_by_number)
    normal = normal_of(placed[0].geometry)[0] if placed else None
    along = {id(i): _along(i.geometry, normal) for i in placed}
    placed.sort(key=lambda i: (round(along[id(i)], 3), *_by_number(i)))
    warnings = [repeated] if repeated else []
    warnings += _unplaced(placed, others) + _sizes(unique)
    step, odd = _steps(np.array([along[id(i)] for i in placed]))
    return Order((*placed, *others), step, (*warnings, *odd, *_tilt(placed, normal)))


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


def _by_number(instance: Instance) -> tuple[int, tuple[tuple[int, int, str], ...], int]:
    number = instance.instance_number if instance.instance_number is not None else 1 << 31
    return number, natural(instance.member or instance.path.name), instance.frame


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that has "slice 2" before "slice 10"."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def _without_copies(instances: Sequence[Instance]) -> tuple[list[Instance], str]:
    seen: set[tuple[object, ...]] = set()
    unique = []
    for instance in instances:
        uid = instance.sop_instance_uid or (instance.path, instance.member)
        place = instance.geometry.position if instance.geometry else None
        key = (uid, instance.frame, place, instance.instance_number, instance.rows, instance.columns)
        if key not in seen:
            seen.add(key)
            unique.append(instance)
    copies = len(instances) - len(unique)
    text = f"{copies} slices are there more than once (same SOP Instance UID); each is shown once"
    return unique, text if copies else ""


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


def _steps(along: np.ndarray) -> tuple[float | None, list[str]]:
    """The median step between distinct positions, and warnings. along: mm, ascending."""
    steps = np.diff(along)
    distinct = steps[steps > _SAME_PLACE]
    warnings = []
    if shared := len(steps) - len(distinct):
        warnings.append(f"{shared} slices lie at the position of another one (overlapping or repeated scans)")
    if not len(distinct):
        return None, warnings
    step = float(np.median(distinct))
    warnings += _gaps(steps, step)
    odd = (np.abs(distinct - step) > _IRREGULAR * step) & (distinct <= _GAP * step)
    if odd.any():
        least, most = distinct.min(), distinct[distinct <= _GAP * step].max()
        warnings.append(f"irregular slice spacing: {least:.2f} to {most:.2f} mm, median {step:.2f} mm")
    return step, warnings


def _gaps(steps: np.ndarray, step: float) -> list[str]:
    where = np.flatnonzero(steps > _GAP * step)
    texts = [
        f"gap between slices {i + 1} and {i + 2}: {steps[i]:.2f} mm, expected {step:.2f} mm"
        for i in where[:3]
    ]
    if len(where) > 3:
        texts.append(f"{len(where) - 3} more gaps")
    return texts


def _tilt(placed: Sequence[Instance], normal: Vector | None) -> list[str]:
    """A stack whose positions do not run along the normal is sheared: the gantry was tilted."""
    if normal is None or len(placed) < 2:
        return []
    first, last = placed[0].geometry, placed[-1].geometry
    assert first is not None
    assert last is not None
    x, y, z = (b - a for a, b in zip(first.position, last.position, strict=True))
    if math.hypot(x, y, z) < _SAME_PLACE:
        return []
    degrees = math.degrees(math.acos(min(abs(dot(_unit(x, y, z), normal)), 1.0)))
    return [f"gantry tilt: the stack is sheared by {degrees:.1f} degrees"] if degrees > _TILT else []
