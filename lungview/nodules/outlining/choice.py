"""Choice: which of the proposed outlines a reader would have drawn.

A quadratic in a few plain properties says how well a proposal would overlap (Dice) with what half of the
readers drew; the best are laid over one another. Its coefficients are data (resources/outline.json), fitted
by lungview.training.malignancy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lungview import paths
from lungview.nodules.outlining.outline import Voxel
from lungview.nodules.outlining.proposals import Ground, Proposal
from lungview.nodules.outlining.voxels import Window, component, pixel_mm, shell, window

FILE = "outline.json"
SHARPNESS = 0.02  # of overlap: proposals that much worse count a third
MAJORITY = 0.45
BOX_WEIGHT = 0.3  # of the overlap with a drawn box, beside the overlap that is expected


@dataclass(frozen=True, slots=True)
class Quadratic:
    """value = offset + weights · (1-st and 2-nd order terms of (x − mean) / deviation)."""

    mean: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray
    offset: float

    def __call__(self, x: np.ndarray, most: float = np.inf) -> np.ndarray:
        """(n, properties) → (n,). most: deviations; what is farther from the mean counts as being there."""
        z = np.clip((x - self.mean) / self.deviation, -most, most)
        return np.asarray(terms(z) @ self.weights + self.offset)


def terms(x: np.ndarray) -> np.ndarray:
    """(n, p) → (n, p + p (p + 1) / 2): the values, then their products two by two."""
    first, second = np.triu_indices(x.shape[1])
    return np.concatenate([x, x[:, first] * x[:, second]], axis=1)


@lru_cache(maxsize=1)
def shipped() -> Quadratic:
    """The coefficients that come with the program."""
    return read(paths.resources() / FILE)


def read(path: Path) -> Quadratic:
    data = json.loads(path.read_text(encoding="utf-8"))
    mean, deviation, weights = (np.array(data[name], float) for name in ("mean", "deviation", "weights"))
    return Quadratic(mean, deviation, weights, float(data["offset"]))


def properties(g: Ground, p: Proposal) -> np.ndarray:
    """(17,): size, where the seed lies in it, what it touches, its shape, its HU, how it was made."""
    held = window(p.mask, 0)
    near = _with_margin(held, p.mask.shape)
    mask, smooth = p.mask[near], g.smooth[near]
    inside = smooth[mask]
    side = pixel_mm(g.spacing_mm)
    radius = (3 * len(inside) * g.spacing_mm[0] * side**2 / (4 * np.pi)) ** (1 / 3)
    offset = _centre_offset(g, mask, near)
    around = shell(mask)
    ring = smooth[around]
    skin = len(ring) or 1
    height, width = (h.stop - h.start for h in held[1:])
    return np.array(
        [
            np.log(radius),
            offset / radius,
            offset,
            float((g.distance[near] * mask).max()) / radius,
            float((ring < p.threshold_hu).mean()) if ring.size else 0.0,
            _on_border(p.mask) / skin,
            p.radius_mm / radius,
            skin * side**2 / radius**2,
            p.level,
            p.thin,
            p.blur_mm,
            np.log(p.wall_mm / max(p.radius_mm, 0.1)),
            float(inside.mean()) / 100,
            float(inside.std()) / 100,
            float(ring.mean()) / 100 if ring.size else 0.0,
            abs(np.log(height / width)),
            (p.core_hu - g.lung_hu) / 100,
        ]
    )


def _with_margin(held: Window, shape: tuple[int, ...]) -> Window:
    """A window and a voxel around it where there is any."""
    z, y, x = (slice(max(h.start - 1, 0), min(h.stop + 1, n)) for h, n in zip(held, shape, strict=True))
    return z, y, x


def _centre_offset(g: Ground, mask: np.ndarray, near: Window) -> float:
    """mm from the seed to the centre of a mask of g.hu[near]."""
    in_slices, in_plane = np.count_nonzero(mask, axis=(1, 2)), mask.sum(axis=0, dtype=np.int32)
    counts = (in_slices, in_plane.sum(axis=1), in_plane.sum(axis=0))
    away = [
        (w.start + float(n @ np.arange(len(n))) / float(n.sum()) - s) * mm
        for n, w, s, mm in zip(counts, near, g.seed, g.spacing_mm, strict=True)
    ]
    return float(np.linalg.norm(away))


def _on_border(mask: np.ndarray) -> int:
    """Voxels of the mask on the four sides of the array (not on its first and last slice)."""
    return int(sum(side.sum() for side in (mask[:, 0], mask[:, -1], mask[:, :, 0], mask[:, :, -1])))


@dataclass(frozen=True, slots=True)
class Chosen:
    """mask: of the ground. proposal: the best single one. score: the overlap it is thought to have, 0…1."""

    mask: np.ndarray
    proposal: Proposal
    score: float


def expected(
    g: Ground, found: Sequence[Proposal], most: float = np.inf, judge: Quadratic | None = None
) -> np.ndarray:
    """(n,) the overlap that each proposal is thought to have. most: see `Quadratic`."""
    return (judge or shipped())(np.array([properties(g, p) for p in found]), most)


def choose(
    g: Ground, found: Sequence[Proposal], box: Window | None = None, judge: Quadratic | None = None
) -> Chosen:
    """The proposals laid over one another, each weighted by how good it is thought to be.

    box: of the ground, that a reader drew; proposals that fill it in the slice count more.
    """
    score = expected(g, found, judge=judge)
    if box is not None:
        score = score + BOX_WEIGHT * np.array([fit(p.mask, box) for p in found])
    weight = np.exp((score - score.max()) / SHARPNESS)
    votes = sum(w * p.mask for w, p in zip(weight, found, strict=True) if w > 1e-3)
    best = found[int(score.argmax())]
    mask = component(votes >= MAJORITY * weight.sum(), _seed(best.mask, g.seed))
    return Chosen(mask if mask.any() else best.mask, best, float(score.max()))


def _seed(mask: np.ndarray, seed: Voxel) -> Voxel:
    """The seed where it is in the mask, else the mask's first voxel."""
    if mask[seed]:
        return seed
    z, y, x = (int(i) for i in np.argwhere(mask)[0])
    return z, y, x


def fit(mask: np.ndarray, box: Window) -> float:
    """What a mask's own box and a drawn one share in the plane, by what both cover: 0…1."""
    own = window(mask, 0)
    shared = 1.0
    each = [1.0, 1.0]
    for a, b in zip(own[1:], box[1:], strict=True):
        shared *= max(min(a.stop, b.stop) - max(a.start, b.start), 0)
        each = [each[0] * (a.stop - a.start), each[1] * (b.stop - b.start)]
    covered = each[0] + each[1] - shared
    return shared / covered
