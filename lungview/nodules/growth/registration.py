"""Registration of two scans of one person by their lungs: where a place of the prior scan lies in this one.

The surface of the prior lungs is laid on that of the present ones: first rigid, then affine, by Gauss–Newton
on the distances in mm. A breath in between moves the bases more than an affine map can follow, so that what
it finds is offered to the reader, not decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.nodules.growth.surface import SIDES, Surface, surface
from lungview.study.space import Vector
from lungview.study.volume import Volume

_ROUNDS = 40
_ENOUGH = 1e-3  # of the cost: a step that gains less is the last
_ROBUST_MM = 5.0  # a distance beyond counts less: there is fluid, a mass, or another breath
_POINTS = 2000  # of each lung
_LEAST_SHARE = 0.1  # of the smaller lung in both: less is half a mask
_LEAST_INSIDE = 0.5  # of the points, in the other scan
_NEAR_MM = 1.5  # how far to either side a slope is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """now = matrix · before + shift, in mm of the patient. residual_mm: median distance of the surfaces."""

    matrix: np.ndarray = field(repr=False)
    shift: np.ndarray = field(repr=False)
    residual_mm: float

    @property
    def stretch(self) -> float:
        """The length of what was 1 mm, in the direction in which it changed most."""
        lengths = np.linalg.svd(self.matrix, compute_uv=False)
        return float(max(lengths, key=lambda length: abs(np.log(length))))

    def now(self, before_mm: Vector) -> Vector:
        """Where a place of the prior scan lies in the present one."""
        return _vector(self.matrix @ np.asarray(before_mm, float) + self.shift)

    def before(self, now_mm: Vector) -> Vector:
        """Where a place of the present scan lies in the prior one."""
        return _vector(np.linalg.solve(self.matrix, np.asarray(now_mm, float) - self.shift))


def _vector(point: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in point)
    return x, y, z


def align(before: tuple[Volume, LungMask], now: tuple[Volume, LungMask], *, affine: bool = True) -> Alignment:
    """The prior scan's lungs laid on the present ones. Raises InputError where a scan lacks a lung."""
    _both_lungs("prior", before[1])
    _both_lungs("present", now[1])
    moving, fixed = surface(*before), surface(*now)
    points = {side: _thinned(moving, side) for side in SIDES}
    found = min(
        (_fitted(_Pose.at(shift, points), points, fixed, 6) for shift in _starts(moving, fixed)), key=_cost
    )
    if not np.isfinite(found.cost):
        raise InputError("two scans are matched by both lungs, found lungs that share less than half")
    if affine:
        found = _fitted(found, points, fixed, 12)
    return found.alignment(points, fixed)


def _both_lungs(name: str, mask: LungMask) -> None:
    voxels = [int(np.count_nonzero(mask.values == side)) for side in (RIGHT, LEFT)]
    if min(voxels) <= _LEAST_SHARE * max(voxels):
        raise InputError(f"two scans are matched by both lungs, found a {name} scan with one of them missing")


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """places: (n, 3) mm on one lung of the prior scan. own: their distances there, by half a voxel not 0."""

    places: np.ndarray
    own: np.ndarray


def _thinned(moving: Surface, side: int) -> _Points:
    every = moving.points[side]
    places = every[:: max(1, len(every) // _POINTS)]
    return _Points(places, moving.distance(places, side))


def _apart(points: dict[int, _Points], fixed: Surface, pose: _Pose) -> np.ndarray:
    """(n,) mm of both lungs' points from where they belong; NaN outside of the present scan."""
    return np.concatenate([fixed.distance(pose.of(p.places), side) - p.own for side, p in points.items()])


def _starts(moving: Surface, fixed: Surface) -> list[np.ndarray]:
    """Shifts to begin with: middle on middle, and top on top, for scans that end at different places."""
    here, there = (np.concatenate([s.points[side] for side in SIDES]) for s in (moving, fixed))
    middle = there.mean(axis=0) - here.mean(axis=0)
    top = middle.copy()
    top[2] = np.percentile(there[:, 2], 99) - np.percentile(here[:, 2], 99)
    return [middle, top]


@dataclass(frozen=True, slots=True, eq=False)
class _Pose:
    """p → centre + matrix · (p − centre) + shift. cost: mean robust distance, mm²."""

    matrix: np.ndarray
    shift: np.ndarray
    centre: np.ndarray
    radius: float
    cost: float = np.inf

    @classmethod
    def at(cls, shift: np.ndarray, points: dict[int, _Points]) -> _Pose:
        every = np.concatenate([p.places for p in points.values()])
        centre = every.mean(axis=0)
        return cls(np.eye(3), shift, centre, float(np.linalg.norm(every - centre, axis=1).mean()))

    def of(self, points: np.ndarray) -> np.ndarray:
        return np.asarray((points - self.centre) @ self.matrix.T + self.centre + self.shift)

    def stepped(self, step: np.ndarray) -> _Pose:
        """Turned and shifted by 6 numbers, or by 12 with the matrix free; those of the matrix over radius."""
        if len(step) == 6:
            matrix = cv2.Rodrigues(step[:3] / self.radius)[0] @ self.matrix
        else:
            matrix = self.matrix + step[:9].reshape(3, 3) / self.radius
        return _Pose(matrix, self.shift + step[-3:], self.centre, self.radius)

    def alignment(self, points: dict[int, _Points], fixed: Surface) -> Alignment:
        apart = _apart(points, fixed, self)
        shift = self.centre + self.shift - self.matrix @ self.centre
        return Alignment(self.matrix, shift, float(np.nanmedian(np.abs(apart))))


def _cost(pose: _Pose) -> float:
    return pose.cost


def _fitted(pose: _Pose, points: dict[int, _Points], fixed: Surface, free: int) -> _Pose:
    """The pose with the least robust distance, from one that is near it. free: 6 rigid, 12 affine."""
    pose, damping = _priced(pose, points, fixed), 1e-3
    for _ in range(_ROUNDS):
        normal, slope = _equations(pose, points, fixed, free)
        step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), slope)
        tried = _priced(pose.stepped(step), points, fixed)
        if tried.cost >= pose.cost:
            damping *= 10
            if damping > 1e3:
                break
            continue
        gain = pose.cost - tried.cost
        pose, damping = tried, damping / 5
        if gain < _ENOUGH * pose.cost:
            break
    return pose


def _priced(pose: _Pose, points: dict[int, _Points], fixed: Surface) -> _Pose:
    apart = _apart(points, fixed, pose)
    known = np.isfinite(apart)
    # A pose must not gain by moving points out of the scan.
    enough = known.mean() > _LEAST_INSIDE
    price = float(np.log1p((apart[known] / _ROBUST_MM) ** 2).mean()) if enough else np.inf
    return _Pose(pose.matrix, pose.shift, pose.centre, pose.radius, price)


def _equations(
    pose: _Pose, points: dict[int, _Points], fixed: Surface, free: int
) -> tuple[np.ndarray, np.ndarray]:
    """The normal matrix and the slope of the robust distances by the free numbers of a pose."""
    normal, slope = np.zeros((free, free)), np.zeros(free)
    for side, of_side in points.items():
        apart, gradient = _slope(fixed, pose.of(of_side.places), side)
        apart -= of_side.own
        known = np.isfinite(apart) & np.isfinite(gradient).all(axis=1)
        arm = (of_side.places[known] - pose.centre) / pose.radius
        jacobian = _jacobian(pose, arm, gradient[known], free)
        weight = 1 / (1 + (apart[known] / _ROBUST_MM) ** 2)
        normal += (jacobian * weight[:, None]).T @ jacobian
        slope += jacobian.T @ (weight * apart[known])
    return normal, slope


def _slope(fixed: Surface, points: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """(n,) distances and (n, 3) how they grow along x, y and z."""
    gradient = np.empty_like(points)
    for axis in range(3):
        aside = np.zeros(3)
        aside[axis] = _NEAR_MM
        ahead, back = fixed.distance(points + aside, side), fixed.distance(points - aside, side)
        gradient[:, axis] = (ahead - back) / (2 * _NEAR_MM)
    return fixed.distance(points, side), gradient


def _jacobian(pose: _Pose, arm: np.ndarray, gradient: np.ndarray, free: int) -> np.ndarray:
    if free == 6:
        turning = np.cross(arm @ pose.matrix.T, gradient)  # (ω × a) · g = ω · (a × g)
        return np.hstack([turning, gradient])
    return np.hstack([(gradient[:, :, None] * arm[:, None, :]).reshape(len(arm), 9), gradient])
