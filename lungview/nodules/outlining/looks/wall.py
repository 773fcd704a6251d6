"""Wall: what of a nodule on a wall lies behind the straight cut that parted it from the wall.

A nodule is cut off where a ball fits into the tissue, and between both rims of a curved wall that cut is
straight. The wall is seen beside the nodule, where it meets lung; a quadratic surface goes on from there
behind the nodule. The tissue before it is the nodule's. Where too little of a wall is seen, nothing is added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lungview.nodules.outlining.crop import Crop, crop, joined, rounded
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.proposals import blurred
from lungview.nodules.outlining.voxels import Window, component, depth, filled, grown, shell, window

# Chosen on the nodules of LIDC to train that a wall was cut from.
_LEAST_MM = 10.0  # diameter of a ball of the same volume: a smaller one has no room for a curve behind it
_LEAST_SLICES = 3
_AROUND_MM, _VOXEL_MM, _BLUR_MM = 20.0, 1.5, 1.0
_LEAST_CUT = 0.12  # of the skin, in one piece
_LEAST_TURN = 0.15  # of the radius, from the middle to the cut's: else walls are all around
_TISSUE_BEHIND_MM, _LUNG_BEFORE_MM = (3.0, 6.0, 9.0), (3.0, 6.0)  # of a place where the wall is seen
_FAR = 2.0  # radii from the cut, along its normal
_LEAST_SEEN, _LEAST_SECTORS, _SECTORS = 40, 6, 12
_SPREAD_MM, _NEAR_MM, _LEAST_NEAR = 2.5, 4.0, 0.6  # from the surface; the share of what is seen
_ROUNDS = 15
_BEND = 0.1  # of the quadratic terms beside the others: little is seen of a small wall
_BEHIND_MM = 4.0  # of where lung was last seen: the blur of its edge, and the pleura
_SIDEWAYS_MM = 12.0
_THIN_MM = 3.0  # radius of the smallest ball in what is added
_SOFT_HU = (-100.0, 200.0)  # no lung, no rib


def completed(hu: np.ndarray, outline: Outline, within: Window | None = None) -> Outline:
    """The outline, and of the tissue that was cut from it what lies before the wall.

    hu: (slices, rows, columns) of the scan. within: voxels of it that a reader's box leaves to the nodule.
    """
    if outline.shape[0] < _LEAST_SLICES or _radius_mm(outline) * 2 < _LEAST_MM:
        return outline
    part = crop(hu, outline.spacing_mm, outline.box, _AROUND_MM, _VOXEL_MM)
    scene = _scene(part, outline)
    cut = _cut(scene) if scene.mask.any() else scene.mask
    surface = _surface(scene, cut) if cut.any() else None
    if surface is None:
        return outline
    added = _added(scene, surface)
    own = _drawn(part, outline)
    whole = own.sum() == outline.mask.sum()  # joined voxels may leave the scan's last ones away
    return _joined(outline, part, own, added, within) if added.any() and whole else outline


def _radius_mm(outline: Outline) -> float:
    return float((3 * outline.mask.sum() * outline.voxel_mm3 / (4 * np.pi)) ** (1 / 3))


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What is around an outline, in joined voxels. step: mm, (3,). tissue, mask: bool like hu."""

    hu: np.ndarray
    tissue: np.ndarray
    mask: np.ndarray
    step: np.ndarray
    radius_mm: float

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        z, y, x = (float(mm) for mm in self.step)
        return z, y, x


def _scene(part: Crop, outline: Outline) -> _Scene:
    hu = blurred(part.hu, _BLUR_MM, part.spacing_mm)
    half_way = (outline.lung_hu + min(outline.core_hu, -50.0)) / 2
    mask = np.zeros(hu.shape, bool)
    held = [
        (max(s - p, 0) // f, -(-(s - p + n) // f))
        for s, p, n, f in zip(outline.start, part.start, outline.mask.shape, part.factor, strict=True)
    ]
    own = tuple(slice(low * f, high * f) for (low, high), f in zip(held, part.factor, strict=True))
    near = tuple(slice(low, high) for low, high in held)
    mask[near] = joined(_drawn(part, outline)[own], part.factor) >= 0.5
    return _Scene(hu, hu > half_way, mask, np.array(part.spacing_mm), _radius_mm(outline))


def _drawn(part: Crop, outline: Outline) -> np.ndarray:
    """The outline's mask in a crop around it, in voxels of the scan."""
    made = np.zeros([n * f for n, f in zip(part.hu.shape, part.factor, strict=True)], bool)
    first = [s - p for s, p in zip(outline.start, part.start, strict=True)]
    stop = [min(f + n, m) for f, n, m in zip(first, outline.mask.shape, made.shape, strict=True)]
    to = tuple(slice(max(f, 0), s) for f, s in zip(first, stop, strict=True))
    made[to] = outline.mask[tuple(slice(t.start - f, t.stop - f) for t, f in zip(to, first, strict=True))]
    return made


def _cut(scene: _Scene) -> np.ndarray:
    """The largest piece of the skin that tissue lies in; nothing where that is too little of it."""
    skin = shell(scene.mask)
    left = skin & scene.tissue
    joined = grown(left, 1.01 * float(max(scene.step[1:])), scene.spacing_mm)
    least = max(_LEAST_CUT * float(skin.sum()), 1.0)
    best = np.zeros_like(left)
    while left.sum() >= max(least, best.sum() + 1):
        z, y, x = (int(i) for i in np.unravel_index(int(left.argmax()), left.shape))
        piece = component(joined, (z, y, x)) & left
        best = piece if piece.sum() > max(best.sum(), least - 1) else best
        left &= ~piece
    return np.asarray(best)


@dataclass(frozen=True, slots=True, eq=False)
class _Surface:
    """The wall, as height over the plane of the cut. axes: rows of unit vectors, the last one outwards."""

    origin: np.ndarray
    axes: np.ndarray
    weights: np.ndarray

    def over(self, mm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of points (n, 3) in mm: height over the cut's plane, and over the wall."""
        own = (mm - self.origin) @ self.axes.T
        return own[:, 2], own[:, 2] - _terms(own) @ self.weights


def _terms(own: np.ndarray) -> np.ndarray:
    u, v = own[:, 0], own[:, 1]
    return np.stack([np.ones_like(u), u, v, _BEND * u * u, _BEND * u * v, _BEND * v * v], axis=1)


def _surface(scene: _Scene, cut: np.ndarray) -> _Surface | None:
    """The wall that is seen around the cut; None where that is too little, or no smooth one."""
    origin = np.argwhere(cut).mean(axis=0) * scene.step
    outwards = origin - np.argwhere(scene.mask).mean(axis=0) * scene.step
    length = float(np.linalg.norm(outwards))
    if length < _LEAST_TURN * scene.radius_mm:
        return None
    axes = _axes(outwards / length)
    own = (np.argwhere(_seen(scene, axes[2])) * scene.step - origin) @ axes.T
    own = own[np.abs(own[:, 2]) < _FAR * scene.radius_mm]
    if len(own) < _LEAST_SEEN:
        return None
    weights = _fitted(own)
    near = np.abs(own[:, 2] - _terms(own) @ weights) < _NEAR_MM
    turns = (np.arctan2(own[near, 1], own[near, 0]) / (2 * np.pi) + 0.5) * _SECTORS
    if near.mean() < _LEAST_NEAR or len(np.unique(turns.astype(int))) < _LEAST_SECTORS:
        return None
    return _Surface(origin, axes, weights)


def _axes(outwards: np.ndarray) -> np.ndarray:
    across = np.eye(3)[np.abs(outwards).argmin()]
    first = across - (across @ outwards) * outwards
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(outwards, first), outwards])


def _seen(scene: _Scene, outwards: np.ndarray) -> np.ndarray:
    """The last voxels of lung before a wall: bool."""
    lung, wall = ~scene.tissue & ~scene.mask, scene.tissue & ~scene.mask
    found = lung.copy()
    for mm in _TISSUE_BEHIND_MM:
        found &= _from(wall, np.round(mm * outwards / scene.step))
    for mm in _LUNG_BEFORE_MM:
        found &= _from(lung, np.round(-mm * outwards / scene.step))
    return np.asarray(found)


def _from(mask: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """What the mask holds so many voxels farther on; nothing beyond its border."""
    made = np.zeros_like(mask)
    moves = [(int(s), n) for s, n in zip(steps, mask.shape, strict=True)]
    to = tuple(slice(max(-s, 0), max(n - max(s, 0), 0)) for s, n in moves)
    made[to] = mask[tuple(slice(max(s, 0), max(n + min(s, 0), 0)) for s, n in moves)]
    return made


def _fitted(own: np.ndarray) -> np.ndarray:
    """The quadratic that most of the points lie near: least squares, far ones counting ever less."""
    terms, trust = _terms(own), np.ones(len(own))
    shrunk = np.diag([1e-6, 1e-6, 1e-6, 1.0, 1.0, 1.0])
    weights = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        held = terms * trust[:, None]
        weights = np.linalg.solve(held.T @ terms + shrunk, held.T @ own[:, 2])
        trust = 1 / (1 + ((own[:, 2] - terms @ weights) / _SPREAD_MM) ** 2)
    return weights


def _added(scene: _Scene, surface: _Surface) -> np.ndarray:
    """The tissue between the mask and the wall: bool."""
    soft = (scene.hu > _SOFT_HU[0]) & (scene.hu < _SOFT_HU[1]) & ~scene.mask
    open_ = soft & grown(scene.mask, _SIDEWAYS_MM, scene.spacing_mm)
    places = np.argwhere(open_)
    height, behind = surface.over(places * scene.step)
    keep = (behind < _BEHIND_MM) & (height > -scene.radius_mm)
    before = np.zeros_like(scene.mask)
    before[tuple(places[keep].T)] = True
    near = window(before | scene.mask, 2)
    mask, both = scene.mask[near], (before | scene.mask)[near]
    thick = grown(depth(both, scene.spacing_mm) >= _THIN_MM, _THIN_MM, scene.spacing_mm) & both
    z, y, x = (int(i) for i in np.unravel_index(int(depth(mask, scene.spacing_mm).argmax()), mask.shape))
    made = np.zeros_like(scene.mask)
    made[near] = component(thick | mask, (z, y, x)) & ~mask
    return made


def _joined(
    outline: Outline, part: Crop, own: np.ndarray, added: np.ndarray, within: Window | None
) -> Outline:
    """The outline with what was added, in voxels of the scan. own: its mask in the crop."""
    both = part.full(added) | own
    near = window(both, 2 * max(part.factor) + 1)  # as far as corners are rounded, and more
    both, own = both[near], own[near]
    first = [s + n.start for s, n in zip(part.start, near, strict=True)]
    more = (rounded(both, part.factor) if max(part.factor) > 1 else both) & ~own
    if within is not None:
        allowed = np.zeros_like(more)
        of = (slice(max(w.start - s, 0), max(w.stop - s, 0)) for w, s in zip(within, first, strict=True))
        allowed[tuple(of)] = True
        more &= allowed
    made = filled(own | more)
    tight = window(made, 0)
    z, y, x = (s + t.start for s, t in zip(first, tight, strict=True))
    return replace(outline, mask=made[tight].copy(), start=(z, y, x))
