"""Proposals: the outlines that a place may have, by threshold, cut from the wall and from vessels.

A threshold between the lung and the nodule's inside gives the tissue that hangs together at the place. What
is too thick for a nodule (a ball of the radius `wall` fits in) is wall; what is too thin against the nodule's
own radius is vessel. No single threshold, wall and thinness fit all: each combination is one proposal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Millimetres, Voxel
from lungview.nodules.outlining.voxels import (
    Window,
    component,
    depth,
    distance_from,
    filled,
    grown,
    pixel_mm,
    relative,
    uphill,
    window,
)

# (blur in mm, part of the way from the lung's HU to the nodule's): faint and noisy nodules need the blur.
LEVELS = ((0.4, 0.2), (0.4, 0.3), (0.4, 0.45), (1.0, 0.3), (1.0, 0.45))
WALLS_MM = (2.5, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0)
THIN = (0.0, 0.35, 0.6, 0.8)  # of the largest ball inside the nodule
SOLID_HU = -50.0  # above it, half way up no longer marks the edge: calcium would shrink its nodule
_LEAST_STEP_HU = 80.0  # over the lung: less is noise
_SNAP_MM = 3.0  # a click beside a small nodule still means it
_USUAL_LUNG_HU = -860.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What proposals stand on. hu: float32 (slices, rows, columns); seed: in it; smooth: hu blurred.

    within: the part of it that a reader's box leaves to the nodule; all of it without a box.
    room: bool like hu, the air beside the patient; a wall that it lies behind is no nodule. None: not known.
    """

    hu: np.ndarray = field(repr=False)
    spacing_mm: Millimetres
    seed: Voxel
    lung_hu: float
    smooth: np.ndarray = field(repr=False)
    distance: np.ndarray = field(repr=False)  # mm from the seed
    within: Window = (slice(None), slice(None), slice(None))
    room: np.ndarray | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """mask: of the ground. radius_mm: of the largest ball inside it. The rest: how it was made."""

    mask: np.ndarray = field(repr=False)
    radius_mm: float
    threshold_hu: float
    core_hu: float
    blur_mm: float
    level: float
    wall_mm: float
    thin: float


def ground(
    hu: np.ndarray, spacing_mm: Millimetres, seed: Voxel, within: Window = (slice(None),) * 3
) -> Ground:
    """Look once at a part of a scan: the lung's HU in it, the blurred picture."""
    hu = hu.astype(np.float32)
    lung = hu[(hu < -600) & (hu > -1000)]
    lung_hu = float(np.median(lung)) if lung.size > 50 else _USUAL_LUNG_HU
    distance = distance_from(seed, hu.shape, spacing_mm)
    return Ground(hu, spacing_mm, seed, lung_hu, blurred(hu, LEVELS[0][0], spacing_mm), distance, within)


def blurred(hu: np.ndarray, mm: float, spacing_mm: Millimetres) -> np.ndarray:
    """Each slice blurred by a Gaussian of `mm`."""
    sigma = mm / pixel_mm(spacing_mm)
    return np.stack([cv2.GaussianBlur(s, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) for s in hu])


def core_hu(g: Ground, smooth: np.ndarray) -> float:
    """The inside's HU at the seed: the upper quartile within 1.5 mm."""
    near = g.distance <= max(1.5, 1.01 * pixel_mm(g.spacing_mm))
    return float(np.percentile(smooth[near], 75))


def proposals(
    g: Ground,
    reach_mm: float,
    levels: tuple[tuple[float, float], ...] = LEVELS,
    least_wall_mm: float = 0.0,
    core: float | None = None,
) -> list[Proposal]:
    """Every different outline; none where nothing stands out of the lung within 3 mm of the seed.

    reach_mm: how far the ground goes from the seed; what is thicker than that has no wall to be told from.
    core: HU of the nodule's inside, where they are not those at the seed.
    """
    walls = tuple(w for w in WALLS_MM if least_wall_mm <= w < reach_mm)
    found: dict[bytes, Proposal] = {}
    smoothed = {LEVELS[0][0]: g.smooth}
    for blur, level in levels:
        if blur not in smoothed:
            smoothed[blur] = blurred(g.hu, blur, g.spacing_mm)
        inside = core_hu(g, smoothed[blur]) if core is None else core
        for proposal in _at_level(g, smoothed[blur], (blur, level), walls, inside):
            found.setdefault(np.packbits(proposal.mask).tobytes(), proposal)
    return list(found.values())


def _at_level(
    g: Ground,
    smooth: np.ndarray,
    how: tuple[float, float],
    walls: tuple[float, ...],
    core: float,
) -> Iterator[Proposal]:
    """how: of `LEVELS`. core: HU of the inside."""
    blur, level = how
    threshold = g.lung_hu + max(level * (min(core, SOLID_HU) - g.lung_hu), _LEAST_STEP_HU)
    seed = _snapped(g, smooth, threshold)
    if seed is None:
        return
    above = np.zeros(smooth.shape, bool)
    above[g.within] = smooth[g.within] > threshold
    tissue = component(above, seed)
    near = window(tissue)  # most nodules fill little of their surroundings
    thick = tissue if g.room is None else tissue | g.room
    own = _Tissue(tissue[near], thick[near], g.spacing_mm, relative(seed, near))
    known: set[bytes] = set()
    for wall, rest in _without_wall(own, walls):
        if (key := np.packbits(rest).tobytes()) in known:
            continue
        known.add(key)
        for thin, radius, mask in _without_vessels(rest, g.spacing_mm, relative(seed, near)):
            whole = np.zeros(tissue.shape, bool)
            whole[near] = mask
            yield Proposal(whole, radius, threshold, core, blur, level, wall, thin)


def _snapped(g: Ground, smooth: np.ndarray, threshold: float) -> Voxel | None:
    """The seed, or the brightest voxel near it where the seed itself is below the threshold."""
    if smooth[g.seed] > threshold:
        return g.seed
    near = np.where(g.distance <= _SNAP_MM, smooth, -np.inf)
    z, y, x = (int(i) for i in np.unravel_index(int(near.argmax()), near.shape))
    return (z, y, x) if near[z, y, x] > threshold else None


@dataclass(frozen=True, slots=True)
class _Tissue:
    """What hangs together at the seed, in the box around it. thick: with what counts as wall behind it."""

    mask: np.ndarray
    thick: np.ndarray
    spacing_mm: Millimetres
    seed: Voxel


def _without_wall(own: _Tissue, walls: tuple[float, ...]) -> Iterator[tuple[float, np.ndarray]]:
    """What is left at the seed without all that balls of each radius fit in.

    Where such a ball holds the seed nothing is left, and the balls need not be grown to know it.
    """
    deep = depth(own.thick, own.spacing_mm)
    away = distance_from(own.seed, own.mask.shape, own.spacing_mm)
    for radius in walls:
        thick = deep >= radius
        if not thick.any():
            yield radius, filled(own.mask)
            return
        if float(away[thick].min()) > radius:
            rest = own.mask & ~grown(thick, radius, own.spacing_mm)
            yield radius, filled(component(rest, own.seed))


def _without_vessels(
    mask: np.ndarray, spacing_mm: Millimetres, seed: Voxel
) -> Iterator[tuple[float, float, np.ndarray]]:
    """The mask opened by parts of its own radius at the seed."""
    near = window(mask)
    part = mask[near]
    deep = depth(part, spacing_mm)
    peak = uphill(deep, relative(seed, near))
    radius = float(deep[peak])
    inner = part
    for thin in THIN:
        cut = thin * radius
        opened = mask.copy()
        if cut >= 0.6 * pixel_mm(spacing_mm):
            inner = component(inner & (deep >= cut), peak)
            opened[near] = _grown_back(part, inner, peak, cut + pixel_mm(spacing_mm), spacing_mm)
        yield thin, radius, opened


def _grown_back(
    mask: np.ndarray, inner: np.ndarray, peak: Voxel, by_mm: float, spacing_mm: Millimetres
) -> np.ndarray:
    """What of the mask is within `by_mm` of its inner part and hangs together with the peak there."""
    near = window(inner, tuple(math.ceil(by_mm / mm) + 1 for mm in spacing_mm))
    made = np.zeros_like(mask)
    made[near] = component(mask[near] & grown(inner[near], by_mm, spacing_mm), relative(peak, near))
    return made
