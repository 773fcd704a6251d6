"""The synthetic thorax drawn slice by slice: shapes in millimetres with known HU, no real patient behind it.

Coordinates: x to the patient's left, y to the back, h downwards from the lung apex, all mm; x = y = 0 is the
middle of the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

AIR, LUNG, FISSURE, FAT, MUSCLE, BLOOD, LIVER = -1000, -860, -720, -100, 55, 42, 60
CORTEX, MARROW, DISC, CARTILAGE, NODULE = 650, 190, 90, 120, 35
FIELD_OF_VIEW = 360.0  # mm, square
HEIGHT = 270.0  # mm of thorax worth drawing, from above the apex to the liver
NODULE_CENTER = (-78.0, -12.0, 100.0)  # (x, y, h) mm
NODULE_RADIUS = 9.0  # mm, without its spicules
_OVERSAMPLING = 2  # drawn finer, then averaged: edges get the partial volume of a scanner
_SHIFT = 4  # fractional bits of OpenCV's drawing coordinates

Segment = tuple[float, float, float, float, float, float, float]  # x, y, h to x, y, h, radius


@dataclass(frozen=True, slots=True)
class Canvas:
    """An oversampled slice to paint HU on, in mm."""

    pixels: np.ndarray  # int16
    scale: float  # pixels per mm

    def _fixed(self, millimetres: float) -> int:
        return round(millimetres * self.scale * (1 << _SHIFT))

    def _at(self, x: float, y: float) -> tuple[int, int]:
        half = FIELD_OF_VIEW / 2
        return self._fixed(x + half), self._fixed(y + half)

    def ellipse(self, x: float, y: float, rx: float, ry: float, hu: int) -> None:
        """Fill an upright ellipse; nothing when a radius is not positive."""
        if rx > 0 and ry > 0:
            axes = (self._fixed(rx), self._fixed(ry))
            cv2.ellipse(self.pixels, self._at(x, y), axes, 0, 0, 360, hu, -1, cv2.LINE_8, _SHIFT)

    def line(self, points: Sequence[tuple[float, float]], width: float, hu: int) -> None:
        """Draw an open polyline with round ends, at least one drawn pixel wide."""
        path = np.array([self._at(x, y) for x, y in points], dtype=np.int32)
        thick = max(round(width * self.scale), 1)
        cv2.polylines(self.pixels, [path], False, hu, thick, cv2.LINE_8, _SHIFT)

    def polygon(self, points: Sequence[tuple[float, float]], hu: int) -> None:
        path = np.array([self._at(x, y) for x, y in points], dtype=np.int32)
        cv2.fillPoly(self.pixels, [path], hu, cv2.LINE_8, _SHIFT)


def draw(matrix: int, h: float, thickness: float) -> np.ndarray:
    """One noise-free slice in HU.

    matrix: rows = columns. h: mm below the apex plane. thickness: mm; a vessel anywhere in it is drawn.
    Returns (matrix, matrix) int16.
    """
    canvas = _canvas(matrix)
    for paint in (_table, _wall, _lungs):
        paint(canvas, h)
    _tubes(canvas, h, thickness, _vessels(), BLOOD)
    _nodule(canvas, h, thickness)
    _paint_organs(canvas, h)
    small = cv2.resize(canvas.pixels, (matrix, matrix), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.int16)


def lung_share(matrix: int, h: float) -> np.ndarray:
    """How much of each pixel is lung, with the vessels, fissures and the nodule in it: the truth of `draw`.

    Returns (matrix, matrix) float32 in [0, 1]. Airways are no lung.
    """
    canvas = _canvas(matrix)
    _lungs(canvas, h)
    _paint_organs(canvas, h)
    lung = np.isin(canvas.pixels, (LUNG, FISSURE)).astype(np.float32)
    return np.asarray(cv2.resize(lung, (matrix, matrix), interpolation=cv2.INTER_AREA))


def _canvas(matrix: int) -> Canvas:
    fine = matrix * _OVERSAMPLING
    return Canvas(np.full((fine, fine), AIR, np.int16), fine / FIELD_OF_VIEW)


def _paint_organs(canvas: Canvas, h: float) -> None:
    """Everything that is painted over the lungs."""
    for paint in (
        _mediastinum,
        _heart_and_vessels,
        _airways,
        _diaphragm,
        _spine,
        _ribs,
        _sternum,
        _shoulders,
    ):
        paint(canvas, h)


def _table(canvas: Canvas, h: float) -> None:
    del h  # the same in every slice
    curve = [(x, 140.0 - (x / 175.0) ** 2 * 22.0) for x in np.linspace(-178, 178, 60)]
    canvas.line(curve, 12.0, -120)
    canvas.line(curve, 9.0, -960)


def _superellipse(rx: float, ry: float, y: float, power: float = 2.5) -> list[tuple[float, float]]:
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    xs = rx * np.sign(c) * np.abs(c) ** (2 / power)
    ys = ry * np.sign(s) * np.abs(s) ** (2 / power) + y
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


def _wall(canvas: Canvas, h: float) -> None:
    top = min(max((h + 25.0) / 70.0, 0.0), 1.0)  # shoulders are narrower here, arms are up
    rx = 140.0 + 26.0 * top - 6.0 * max((h - 180.0) / 100.0, 0.0)
    ry = 92.0 + 20.0 * top
    canvas.polygon(_superellipse(rx, ry, 10.0), 20)  # skin
    canvas.polygon(_superellipse(rx - 2, ry - 2, 10.0), FAT)
    canvas.polygon(_superellipse(rx - 13, ry - 12, 9.0), MUSCLE)
    for side in (-1, 1):
        canvas.ellipse(side * 60.0, -66.0 - 14.0 * top, 44.0, 8.0 + 4.0 * top, MUSCLE)  # pectoral
    canvas.polygon(_superellipse(*_cavity(h, 9.0), 4.0), FAT)


def _cavity(h: float, margin: float = 0.0) -> tuple[float, float]:
    """Half axes of the inside of the chest, mm; small at the apex."""
    rise = np.sqrt(np.clip((h + 4.0) / 110.0, 0.0, 1.0))
    return 45.0 + 83.0 * float(rise) + margin, 48.0 + 36.0 * float(rise) + margin


def _lungs(canvas: Canvas, h: float) -> None:
    if h <= 0:
        canvas.polygon(_superellipse(*_cavity(h), 4.0), FAT)
        return
    canvas.polygon(_superellipse(*_cavity(h), 4.0), LUNG)
    for side in (-1, 1):  # oblique fissures: a thin plane that moves forward as it goes down
        y = 45.0 - 0.45 * h
        if 40.0 < h < 230.0:
            canvas.line([(side * 30.0, y + 10.0), (side * 80.0, y), (side * 108.0, y + 6.0)], 0.5, FISSURE)


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


def _nodule(canvas: Canvas, h: float, thickness: float) -> None:
    x, y, center = NODULE_CENTER
    _tubes(canvas, h, min(thickness, 2.0), _spicules(), NODULE)
    inside = NODULE_RADIUS**2 - (h - center) ** 2
    if inside > 0:
        radius = float(np.sqrt(inside))
        canvas.ellipse(x, y, radius, radius, NODULE)


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


def _mediastinum(canvas: Canvas, h: float) -> None:
    top = max(50.0 - h, 0.0) * 0.25
    canvas.ellipse(0, -58, 10 + top, 34, FAT)
    canvas.ellipse(0, -8, 33 + top, 42, FAT)
    canvas.ellipse(0, 48, 27 + top, 34, MUSCLE)
    canvas.ellipse(8, 32, 8.5, 6, 30)  # oesophagus
    if h < 55:
        for side in (-1, 1):
            canvas.ellipse(side * 17.0, -14.0, 7.0, 7.0, BLOOD)
            canvas.ellipse(side * 24.0, -30.0, 8.0, 7.0, BLOOD)


def _heart_and_vessels(canvas: Canvas, h: float) -> None:
    if 62 < h < 84:  # arch of the aorta
        canvas.line([(-14, -30), (2, -14), (20, 22)], 25, BLOOD)
    if 76 < h < 160:
        canvas.ellipse(-14, -28, 16, 16, BLOOD)
    if h > 74:
        canvas.ellipse(22, 42, 12.5, 12.5, BLOOD)
    if h < 160:
        canvas.ellipse(-33, -20, 9, 10, BLOOD)  # superior vena cava
    if 98 < h < 128:  # pulmonary trunk and its two branches
        canvas.ellipse(15, -32, 15, 17, BLOOD)
        canvas.line([(15, -26), (-8, -6), (-46, 2)], 18, BLOOD)
        canvas.line([(15, -30), (34, -4), (46, 6)], 17, BLOOD)
    span = 1 - ((h - 192.0) / 66.0) ** 2
    if span > 0:
        grow = float(np.sqrt(span))
        canvas.ellipse(20, -26, 66 * grow, 50 * grow, FAT)
        canvas.ellipse(20, -26, 62 * grow, 46 * grow, BLOOD)


def _airways(canvas: Canvas, h: float) -> None:
    if h < 104:
        canvas.ellipse(-2, 8, 11, 10, 20)
        canvas.ellipse(-2, 8, 9, 8, AIR)
    elif h < 150:
        for side, steep in ((-1, 0.75), (1, 1.0)):
            x = -2 + side * (5.0 + (h - 104) * steep)
            canvas.ellipse(x, 10, 8, 7, 20)
            canvas.ellipse(x, 10, 6, 5, AIR)


def _diaphragm(canvas: Canvas, h: float) -> None:
    for x, y, top, rx, ry, hu in ((-58, 2, 196, 84, 84, LIVER), (66, 6, 214, 66, 80, 48)):
        share = 1 - ((h - (top + 110.0)) / 110.0) ** 2
        if share > 0 and h > top:
            grow = float(np.sqrt(share))
            wide, deep = _cavity(h)
            canvas.ellipse(x, y, min(rx * grow, wide - abs(x)), min(ry * grow, deep), hu)


def _spine(canvas: Canvas, h: float) -> None:
    for side in (-1, 1):
        canvas.ellipse(side * 30.0, 104.0, 24.0, 13.0, MUSCLE)
        canvas.line([(side * 12.0, 86.0), (side * 34.0, 92.0)], 9, CORTEX - 200)
        canvas.line([(side * 12.0, 86.0), (side * 33.0, 92.0)], 5, MARROW)
    canvas.line([(0, 98), (0, 114)], 7, CORTEX - 200)
    canvas.ellipse(0, 88, 13, 13, CORTEX - 150)
    canvas.ellipse(0, 66, 18, 15, CORTEX - 200)
    canvas.ellipse(0, 66, 16, 13, DISC if h % 25.0 < 5.0 else MARROW)
    canvas.ellipse(0, 87, 9, 8.5, 15)


def _ribs(canvas: Canvas, h: float) -> None:
    wide, deep = _cavity(h, 5.5)
    angle = np.radians(np.linspace(16, 158, 150))  # from the spine round to the front
    for number in range(12):
        middle = -38.0 + 25.0 * number + 42.0 * (1 - np.cos(angle))
        across = 1 - ((middle - h) / 6.0) ** 2
        for side in (-1, 1):
            _rib(canvas, side, angle[across > 0], across[across > 0], (wide, deep))


def _rib(canvas: Canvas, side: int, angle: np.ndarray, across: np.ndarray, axes: tuple[float, float]) -> None:
    wide, deep = axes
    xs, ys = side * wide * np.sin(angle) ** 0.8, 4.0 + deep * np.cos(angle)
    radius = 4.6 * np.sqrt(across)
    front = angle > np.radians(140)
    for bone, inner in ((CORTEX, 0.0), (MARROW, 1.5)):
        for x, y, r, cartilage in zip(xs, ys, radius, front, strict=True):
            canvas.ellipse(float(x), float(y), r - inner, r - inner, CARTILAGE if cartilage else bone)


def _sternum(canvas: Canvas, h: float) -> None:
    if 12 < h < 170:
        y = -_cavity(h)[1] - 4.0
        canvas.line([(-10, y), (10, y)], 11, CORTEX - 250)
        canvas.line([(-10, y), (10, y)], 8, MARROW)


def _shoulders(canvas: Canvas, h: float) -> None:
    for side in (-1, 1):
        if h < 120:  # shoulder blade
            blade = [(side * 62.0, 98.0), (side * 96.0, 84.0), (side * (130.0 - h * 0.12), 62.0)]
            canvas.line(blade, 16, MUSCLE)
            canvas.line(blade, 5.5, CORTEX)
            canvas.line(blade, 2.5, MARROW)
        if h < 14:  # collar bone
            bone = [(side * 18.0, -62.0), (side * 60.0, -58.0), (side * 100.0, -40.0)]
            canvas.line(bone, 12, CORTEX)
            canvas.line(bone, 7, MARROW)


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
    scale = np.array([_cavity(h, -4.0) for h in targets[:, 2]])
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
