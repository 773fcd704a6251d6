"""Stack: the places of a series' slices as one grid in the patient, or the reason why they are none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Instance

MAX_VOXELS = 1 << 29  # 2,048 slices of 512 × 512: 1 GiB of whole HU
_WIDEST_STEP = 2.5  # mm between slices that are kept when not all can be
_SAME_PLACE = 0.01  # mm
_GAP = 1.5  # times the median step: nothing is invented where a slice is missing, unless it is asked for
_CLOSEST, _ALIKE = 0.1, 1.25  # of the steps are smaller; up to times that they are the step of bridged gaps
_UNEVEN = 0.1  # of a step off the even places; positions written with one decimal stay below
_ASIDE = 1.0  # mm beside the line through the first and the last slice
_TURNED = math.cos(math.radians(0.5))
_TILT = (0.5, 45.0)  # degrees: what is said, what is refused


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices along one line.

    instances: by place, one a place. origin: centre of the first slice's first pixel, mm. step: (3,) mm from
    slice to slice of the even grid; not along the normal where the gantry was tilted. count: slices of that
    grid. along: (n,) where each instance lies, in steps from the first. notes: what was put right, in words.
    gaps: where slices are missing and the grid goes on all the same, a sentence each.
    """

    instances: tuple[Instance, ...]
    origin: np.ndarray
    step: np.ndarray
    count: int
    along: np.ndarray
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def even(self) -> bool:
        """Whether every instance is a slice of the grid; else the grid lies between them."""
        return self.count == len(self.instances) and bool(
            np.abs(self.along - np.arange(self.count)).max() <= _UNEVEN
        )

    @property
    def nearest(self) -> tuple[int, ...]:
        """For each slice of the grid the instance at it, or nearest to it.

        Before a gap's end the one before it, so that the first slice of an instance is always its own.
        """
        if self.gaps:
            before = np.searchsorted(self.along, np.arange(self.count) + 0.5, side="right") - 1
            return tuple(int(k) for k in before)
        away = np.abs(self.along[:, None] - np.arange(self.count))
        return tuple(int(k) for k in away.argmin(axis=0))


def stack(instances: Sequence[Instance], *, bridged: bool = False) -> Stack:
    """The grid of some instances. Raises GeometryError with the reason where there is none.

    bridged: whether it goes on where slices are missing. Slices are numbered as they are given.
    """
    placed = _placed(instances)
    _one_size(placed)
    normal = _one_direction(placed)
    ordered, positions, notes = _by_place(placed, normal)
    along = (positions - positions[0]) @ normal
    number = {id(instance): at for at, instance in enumerate(instances, 1)}
    gaps = _gaps(along, [number[id(i)] for i in ordered])
    if gaps and not bridged:
        more = f" and {len(gaps) - 1} more gaps" if len(gaps) > 1 else ""
        raise GeometryError(f"a volume needs all its slices: {gaps[0]}{more}")
    thinned = _thinned(ordered, float(np.median(np.diff(along))))
    if thinned > 1:
        notes.append(_dropped(len(ordered), thinned))
        ordered, positions, along = ordered[::thinned], positions[::thinned], along[::thinned]
    line = (positions[-1] - positions[0]) / along[-1]  # per mm along the normal
    notes += _leaning(line)
    _no_step_aside(positions, along, line, [number[id(i)] for i in ordered])
    step, count, uneven = _bridging_step(along, ordered[0]) if gaps else _even_step(along)
    return Stack(ordered, positions[0], line * step, count, along / step, (*notes, *uneven), gaps)


def _placed(instances: Sequence[Instance]) -> list[Instance]:
    without = sum(i.geometry is None for i in instances)
    if without:
        raise GeometryError(
            f"{without} of {len(instances)} slices have no position; a volume needs Image Position "
            "(Patient) and Image Orientation (Patient) in all of them"
        )
    if len(instances) < 2:
        raise GeometryError(f"a volume needs two slices or more, found {len(instances)}")
    return list(instances)


def _one_size(instances: Sequence[Instance]) -> None:
    sizes = sorted({(i.rows, i.columns) for i in instances}, reverse=True)
    if len(sizes) > 1:
        found = ", ".join(f"{rows} × {columns}" for rows, columns in sizes[:4])
        raise GeometryError(f"a volume needs slices of one size, found mixed sizes: {found}")


def _geometry(instance: Instance) -> Geometry:
    assert instance.geometry is not None
    return instance.geometry


def _one_direction(instances: Sequence[Instance]) -> np.ndarray:
    """The normal of all slices."""
    cosines = np.array([_geometry(i).orientation for i in instances], float).reshape(-1, 2, 3)
    cosines /= np.linalg.norm(cosines, axis=2, keepdims=True)
    least = float(np.einsum("nij,ij->ni", cosines, cosines[0]).min())
    if least < _TURNED:
        turned = math.degrees(math.acos(max(least, -1.0)))
        raise GeometryError(f"a volume needs parallel slices, found some turned by {turned:.1f} degrees")
    return np.asarray(_geometry(instances[0]).normal)


def _by_place(
    instances: Sequence[Instance], normal: np.ndarray
) -> tuple[tuple[Instance, ...], np.ndarray, list[str]]:
    """Instances along the normal, the first of those that share a place, and where they are, (n, 3) mm."""
    positions = np.array([_geometry(i).position for i in instances], float)
    along = positions @ normal
    order = np.argsort(np.round(along, 3), kind="stable")
    fresh = np.r_[True, np.diff(along[order]) > _SAME_PLACE]
    kept = order[fresh]
    if len(kept) < 2:
        raise GeometryError(f"a volume needs slices at two places or more, found {len(kept)} place")
    shared = len(order) - len(kept)
    notes = [f"{shared} slices share their place with another one; the first is used"] if shared else []
    return tuple(instances[i] for i in kept), positions[kept], notes


def _gaps(along: np.ndarray, numbers: Sequence[int]) -> tuple[str, ...]:
    """A sentence for each place where slices are missing. numbers: of the slices, as they are given."""
    steps = np.diff(along)
    median = float(np.median(steps))
    return tuple(
        f"gap of {steps[k]:.2f} mm between slices {min(numbers[k : k + 2])} and {max(numbers[k : k + 2])}, "
        f"expected {median:.2f} mm"
        for k in np.flatnonzero(steps > _GAP * median).tolist()
    )


def _thinned(instances: Sequence[Instance], step_mm: float) -> int:
    """Every how many-th slice is kept, so that the volume stays within MAX_VOXELS."""
    each = instances[0].rows * instances[0].columns
    thinned = max(1, math.ceil(len(instances) * each / MAX_VOXELS))
    while math.ceil(len(instances) / thinned) * each > MAX_VOXELS and thinned < len(instances):
        thinned += 1
    if thinned > 1 and (thinned * step_mm > _WIDEST_STEP or 2 * each > MAX_VOXELS):
        raise GeometryError(
            f"a volume of {len(instances)} slices of {instances[0].rows} × {instances[0].columns} is too "
            f"large: at most {MAX_VOXELS:,} voxels are held"
        )
    return thinned


def _dropped(count: int, thinned: int) -> str:
    kept = math.ceil(count / thinned)
    return f"{count} slices are too many to hold: 1 in {thinned} is used, {count - kept} are left out"


def _leaning(line: np.ndarray) -> list[str]:
    """A word about a tilted gantry. line: (3,), the stack's direction per mm along the normal."""
    degrees = math.degrees(math.acos(min(1.0, 1.0 / float(np.linalg.norm(line)))))
    if degrees > _TILT[1]:
        raise GeometryError(f"the stack leans by {degrees:.0f} degrees, expected at most {_TILT[1]:.0f}")
    if degrees <= _TILT[0]:
        return []
    return [f"gantry tilt: the stack leans by {degrees:.1f} degrees; planes are cut true to shape"]


def _no_step_aside(
    positions: np.ndarray, along: np.ndarray, line: np.ndarray, numbers: Sequence[int]
) -> None:
    aside = np.linalg.norm(positions - positions[0] - along[:, None] * line, axis=1)
    if aside.max() > _ASIDE:
        k = int(aside.argmax())
        raise GeometryError(
            f"a volume needs slices above one another, found slice {numbers[k]} {aside[k]:.1f} mm aside"
        )


def _even_step(along: np.ndarray) -> tuple[float, int, list[str]]:
    """The step of an even grid, mm, how many slices it has, and a word where it lies between the slices."""
    mean = float(along[-1]) / (len(along) - 1)
    if np.abs(along / mean - np.arange(len(along))).max() <= _UNEVEN:
        return mean, len(along), []
    steps = np.diff(along)
    count = round(float(along[-1]) / float(np.median(steps))) + 1
    step = float(along[-1]) / (count - 1)
    found = f"{steps.min():.2f} to {steps.max():.2f} mm"
    return step, count, [f"irregular slice spacing, {found}: interpolated to {step:.2f} mm"]


def _bridging_step(along: np.ndarray, first: Instance) -> tuple[float, int, list[str]]:
    """The same for slices with gaps: the step where they lie close, so that none of them is passed over."""
    steps = np.diff(along)
    close = float(steps[steps <= _ALIKE * np.quantile(steps, _CLOSEST)].mean())
    count = round(float(along[-1]) / close) + 1
    if count * first.rows * first.columns > MAX_VOXELS:
        raise GeometryError(f"the gaps are too wide: at most {MAX_VOXELS:,} voxels are held")
    return float(along[-1]) / (count - 1), count, []
