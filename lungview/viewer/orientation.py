"""Orientation letters: which side of the patient each edge of the viewport is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from lungview.image.slice import Geometry
from lungview.viewer.state import Camera

Vector = tuple[float, float, float]

_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))  # towards + and towards − of the LPS axes
OBLIQUE = math.sin(math.radians(5))  # a smaller component is not worth a letter


@dataclass(frozen=True, slots=True)
class Edges:
    """A letter, or up to three for oblique slices, at each edge; "" when not known."""

    top: str = ""
    right: str = ""
    bottom: str = ""
    left: str = ""


def letters(direction: Vector) -> str:
    """The letters of a direction in the patient, the strongest first (PS3.3 C.7.6.1.1.1)."""
    order = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    return "".join(
        _LETTERS[axis][0 if direction[axis] > 0 else 1] for axis in order if abs(direction[axis]) > OBLIQUE
    )


def _along(orientation: tuple[float, ...], x: int, y: int) -> Vector:
    """The patient direction of x columns and y rows."""
    a, b, c = (x * orientation[axis] + y * orientation[axis + 3] for axis in range(3))
    return (a, b, c)


def _on_screen(x: int, y: int, rotation: int, mirrored: bool) -> tuple[int, int]:
    """The image direction that points along the screen direction (x, y), y downwards."""
    for _ in range(rotation // 90):  # undo the clockwise turn
        x, y = y, -x
    return (-x if mirrored else x), y


def edges(geometry: Geometry | None, camera: Camera) -> Edges:
    """The letters at the viewport's edges."""
    if geometry is None:
        return Edges()
    return _edges(geometry.orientation, camera.rotation, camera.mirrored)


@lru_cache(maxsize=32)  # asked by each view for each slice of a series, which all lie alike
def _edges(orientation: tuple[float, ...], rotation: int, mirrored: bool) -> Edges:
    top, right, bottom, left = (
        letters(_along(orientation, *_on_screen(x, y, rotation, mirrored)))
        for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))
    )
    return Edges(top, right, bottom, left)
