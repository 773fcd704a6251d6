"""What branches in the phantom's lungs, and its nodule: tubes of a radius from point to point."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lungview.image.phantom.canvas import BLOOD, LUNG, NODULE, Canvas, cavity

NODULE_CENTER = (-78.0, -12.0, 100.0)  # (x, y, h) mm
NODULE_RADIUS = 9.0  # mm, without its spicules

Segment = tuple[float, float, float, float, float, float, float]  # x, y, h to x, y, h, radius


def draw_vessels(canvas: Canvas, h: float, thickness: float) -> None:
    """The vessels in a slice; thickness: mm, a vessel anywhere in it is drawn."""
    _tubes(canvas, h, thickness, _vessels(), BLOOD)


def draw_nodule(canvas: Canvas, h: float, thickness: float) -> None:
    """The nodule and its spicules."""
    x, y, center = NODULE_CENTER
    _tubes(canvas, h, min(thickness, 2.0), _spicules(), NODULE)
    inside = NODULE_RADIUS**2 - (h - center) ** 2
    if inside > 0:
        radius = float(np.sqrt(inside))
        canvas.ellipse(x, y, radius, radius, NODULE)


def _tubes(canvas: Canvas, h: float, thickness: float, tubes: np.ndarray, hu: int) -> None:
    """Draw the part of each segment (rows of `Segment`) that lies in the slice."""
    low, high = h - thickness / 2, h + thickness / 2
    h0, h1, radius = tubes[:, 2], tubes[:, 5], tubes[:, 6]
    inside = (np.minimum(h0, h1) - radius < high) & (np.maximum(h0, h1) + radius > low)
    for x0, y0, a, x1, y1, b, r in tubes[inside]:
        run = b - a
        t = np.clip(((low - a) / run, (high - a) / run), 0, 1) if abs(run) > 1e-6 else (0.0, 1.0)
        ends = [(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s) for s in t]
        # A vessel thinner than the slice is a mixture with lung.
        share = min(2 * r / max(thickness, 1.0), 1.0)
        canvas.line(ends, 2 * r, round(LUNG + (hu - LUNG) * (0.35 + 0.65 * share)))


@lru_cache(maxsize=1)
def _spicules() -> np.ndarray:
    rng = np.random.default_rng(5)
    directions = rng.normal(size=(26, 3))
    directions[:, 2] *= 0.5
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    reach = NODULE_RADIUS + rng.uniform(3.0, 10.0, 26)
    center = np.array(NODULE_CENTER)
    rows = [np.r_[center, center + d * r, 0.7] for d, r in zip(directions, reach, strict=True)]
    return np.array(rows)


@lru_cache(maxsize=1)
def _vessels() -> np.ndarray:
    """Two branching trees in each lung, (n, 7) rows of `Segment`, the same ones every time."""
    rng = np.random.default_rng(11)
    trees = [
        _tree(rng, side, hilum) for side in (-1, 1) for hilum in ((42.0, 0.0, 118.0), (36.0, 10.0, 138.0))
    ]
    return np.concatenate(trees)


def _tree(rng: np.random.Generator, side: int, hilum: tuple[float, float, float]) -> np.ndarray:
    """Grow a tree from the hilum to points spread over the lung; radii by Murray's law (r³ adds up)."""
    targets = rng.uniform((34, -76, 6), (124, 82, 262), (1500, 3))
    scale = np.array([cavity(h, -4.0) for h in targets[:, 2]])
    fits = (np.abs(targets[:, 0]) / scale[:, 0]) ** 2.5 + (np.abs(targets[:, 1] - 4) / scale[:, 1]) ** 2.5 < 1
    targets = targets[fits][:640]
    targets = targets[np.argsort(np.linalg.norm(targets - hilum, axis=1))]
    nodes, parents = [np.array(hilum)], [-1]
    for target in targets:
        near = int(np.argmin(np.linalg.norm(np.array(nodes) - target, axis=1)))
        bend = nodes[near] + (target - nodes[near]) * 0.5 + rng.normal(0, 1.0, 3)
        nodes += [bend, target]
        parents += [near, len(nodes) - 2]
    cubes = np.full(len(nodes), 0.55**3)
    for child in range(len(nodes) - 1, 0, -1):
        cubes[parents[child]] += cubes[child] * (1.0 if child % 2 == 0 else 0.98)
    points = np.array(nodes) * (side, 1, 1)
    radii = np.minimum(np.cbrt(cubes), 5.5)
    rows = [np.r_[points[parents[i]], points[i], radii[i]] for i in range(1, len(nodes))]
    return np.array(rows)
