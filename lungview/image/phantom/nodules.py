"""The three nodules of the lifelike phantom, with the truth that measures are compared with.

One with spicules and lobes, as a carcinoma has; two that are benign by their looks: a small smooth one, and
one that is calcified through and through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lungview.image.phantom.canvas import LUNG, NODULE, Canvas

CALCIFIED_HU = 420
SMOOTH_HU = 40
_HEART = 240  # directions that an outline is drawn through
_SPICULES = 38
_PIECES = 3  # of a spicule, each thinner than the one before


@dataclass(frozen=True, slots=True)
class TrueNodule:
    """name: as a report would say it. centre: (x, y, h) mm. radius: mm, the mean one. hu: of its inside.

    lobes: how far the surface goes in and out, as a part of the radius; 0 is a ball.
    """

    name: str
    centre: tuple[float, float, float]
    radius: float
    hu: int
    density: str
    lobes: float = 0.0
    spicules: bool = False

    def outline(self, h: float) -> np.ndarray | None:
        """(n, 2) mm, x and y of the surface at a height h; None above and below it. Spicules are no part."""
        if abs(h - self.centre[2]) >= self.radius:
            return None
        angle = np.linspace(0, 2 * np.pi, _HEART, endpoint=False)
        r = self._reach(angle, h)
        return np.stack([self.centre[0] + r * np.cos(angle), self.centre[1] + r * np.sin(angle)], axis=1)

    def _reach(self, angle: np.ndarray, h: float) -> np.ndarray:
        """mm from the centre to the surface at a height inside of it."""
        rise = (h - self.centre[2]) / self.radius
        waves = (
            np.sin(2 * angle + 0.8 + rise) + 0.7 * np.sin(3 * angle + 2.1 * rise) + 0.5 * np.sin(5 * angle)
        )
        return np.asarray(self.radius * np.sqrt(1 - rise**2) * (1 + self.lobes * waves / 2))

    def draw(self, canvas: Canvas, h: float) -> None:
        """Its section at a height; nothing above and below it. Without spicules."""
        if abs(h - self.centre[2]) >= self.radius:
            return

        def inside(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            dx, dy = x - self.centre[0], y - self.centre[1]
            return np.asarray(np.hypot(dx, dy) <= self._reach(np.arctan2(dy, dx), h))

        canvas.shape(self.centre[:2], self.radius * (1 + 2 * self.lobes), inside, self.hu)

    @property
    def volume_mm3(self) -> float:
        """By thin slabs: the area of each outline, times its thickness."""
        heights = self.centre[2] + self.radius * (np.arange(400) + 0.5 - 200) / 200
        outlines = [o for o in map(self.outline, heights.tolist()) if o is not None]
        return float(sum(_area(o) for o in outlines) * self.radius / 200)

    @property
    def axes_mm(self) -> tuple[float, float]:
        """The long axis of its middle outline, and how wide that is across, without spicules."""
        middle = self.outline(self.centre[2])
        assert middle is not None
        apart = middle[:, None] - middle
        away = np.linalg.norm(apart, axis=2)
        start, end = np.unravel_index(int(away.argmax()), away.shape)
        x, y = apart[start, end] / away[start, end]
        across = middle @ (-y, x)
        return float(away.max()), float(np.ptp(across))


SPICULATED = TrueNodule("spiculated", (-78.0, -12.0, 100.0), 10.5, NODULE, "solid", 0.11, spicules=True)
SMOOTH = TrueNodule("smooth", (-72.0, 43.5, 153.0), 4.0, SMOOTH_HU, "solid")
CALCIFIED = TrueNodule("calcified", (96.0, 18.0, 101.0), 5.0, CALCIFIED_HU, "calcified")
NODULES = (SPICULATED, SMOOTH, CALCIFIED)


def _area(outline: np.ndarray) -> float:
    x, y = outline.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def draw_nodules(canvas: Canvas, h: float, thickness: float) -> None:
    """All three in a thin slice; thickness: mm."""
    for nodule in NODULES:
        if nodule.spicules:
            _draw_spicules(canvas, h, thickness, nodule)
        nodule.draw(canvas, h)


def _draw_spicules(canvas: Canvas, h: float, thickness: float, nodule: TrueNodule) -> None:
    low, high = h - thickness / 2, h + thickness / 2
    for x0, y0, a, x1, y1, b, width in _spicules(nodule):
        if min(a, b) > high or max(a, b) < low:
            continue
        run = b - a
        t = np.clip(((low - a) / run, (high - a) / run), 0, 1) if abs(run) > 1e-6 else (0.0, 1.0)
        ends = [(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s) for s in t]
        canvas.line(ends, width, round(LUNG + 0.75 * (nodule.hu - LUNG)))


@lru_cache(maxsize=1)
def _spicules(nodule: TrueNodule) -> tuple[tuple[float, ...], ...]:
    """x, y, h to x, y, h and the width, mm: from the surface outwards, thinner piece by piece."""
    rng = np.random.default_rng(5)
    directions = rng.normal(size=(_SPICULES, 3))
    directions[:, 2] *= 0.55
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    rows = []
    for direction, length in zip(directions, rng.uniform(4.0, 11.0, _SPICULES), strict=True):
        bounds = nodule.radius * 0.85 + np.linspace(0, length, _PIECES + 1)
        for k in range(_PIECES):
            start, end = (np.array(nodule.centre) + direction * r for r in (bounds[k], bounds[k + 1]))
            rows.append((*start.tolist(), *end.tolist(), 1.7 - 0.5 * k))
    return tuple(rows)
