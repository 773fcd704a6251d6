"""The bones of the phantom: spine, ribs, sternum, shoulders."""

from __future__ import annotations

import numpy as np

from lungview.image.phantom.canvas import CARTILAGE, CORTEX, DISC, MARROW, MUSCLE, Canvas, cavity


def draw_bones(canvas: Canvas, h: float) -> None:
    """All of them in a slice."""
    for paint in (_spine, _ribs, _sternum, _shoulders):
        paint(canvas, h)


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
    wide, deep = cavity(h, 5.5)
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
        y = -cavity(h)[1] - 4.0
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
