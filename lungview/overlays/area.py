"""Drawings that count in the displayed area of a presentation state, in pixels of the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lungview.overlays.values import Figure, Look


def in_pixels(figure: Figure, look: Look, size: tuple[int, int]) -> Figure:
    """The figure in pixels (C.10.5.1.2). size: rows, columns of the picture.

    Its points are fractions, 0\\0 the upper left of what the state shows.
    """
    left, top, right, bottom = look.area or (0.0, 0.0, float(size[1]), float(size[0]))
    points = _unturned(np.asarray(figure.points, float), look)
    return replace(figure, points=points * (right - left, bottom - top) + (left, top))


def _unturned(points: np.ndarray, look: Look) -> np.ndarray:
    """Fractions of the picture as it was taken; a look is mirrored first, then turned clockwise."""
    x, y = points[:, 0], points[:, 1]
    for _ in range(look.rotation // 90):  # one quarter back, to the left
        x, y = y, 1 - x
    if look.mirrored:
        x = 1 - x
    return np.stack([x, y], axis=1)
