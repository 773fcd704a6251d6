"""A slice of the phantom to paint on: shapes in millimetres, values in HU.

Coordinates: x to the patient's left, y to the back, h downwards from the lung apex, all mm; x = y = 0 is the
middle of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

AIR, LUNG, FISSURE, FAT, MUSCLE, BLOOD, LIVER = -1000, -860, -720, -100, 55, 42, 60
CORTEX, MARROW, DISC, CARTILAGE, NODULE = 650, 190, 90, 120, 35
FIELD_OF_VIEW = 360.0  # mm, square
_OVERSAMPLING = 2  # drawn finer, then averaged: edges get the partial volume of a scanner
_SHIFT = 4  # fractional bits of OpenCV's drawing coordinates
_PARTS = 8  # of a drawn pixel's side, where its share of a shape counts


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

    def shape(
        self,
        centre: tuple[float, float],
        reach: float,
        inside: Callable[[np.ndarray, np.ndarray], np.ndarray],
        hu: int,
    ) -> None:
        """Fill what is inside, each drawn pixel by its share: a polygon of OpenCV's covers its whole border.

        centre: x, y, and reach: mm around it where anything is inside. inside: of x and y, mm, bool.
        """
        sides, places = [], []
        for at in centre:
            low, high = ((at + d + FIELD_OF_VIEW / 2) * self.scale for d in (-reach, reach))
            first, last = max(int(low) - 1, 0), min(int(high) + 2, len(self.pixels))
            part = np.arange(first * _PARTS, last * _PARTS) + 0.5
            sides.append(slice(first, last))
            places.append(part / _PARTS / self.scale - FIELD_OF_VIEW / 2)
        fine = inside(places[0][None, :], places[1][:, None])
        rows, columns = (n // _PARTS for n in fine.shape)
        share = fine.reshape(rows, _PARTS, columns, _PARTS).mean(axis=(1, 3))
        under = self.pixels[sides[1], sides[0]]
        under[:] = np.rint(under + share * (hu - under.astype(np.float64)))


def canvas_of(matrix: int) -> Canvas:
    """Air, to be painted on, for a slice of matrix × matrix pixels."""
    fine = matrix * _OVERSAMPLING
    return Canvas(np.full((fine, fine), AIR, np.int16), fine / FIELD_OF_VIEW)


def superellipse(rx: float, ry: float, y: float, power: float = 2.5) -> list[tuple[float, float]]:
    """A closed outline between an ellipse (power 2) and its rectangle, half axes in mm, centre (0, y)."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    xs = rx * np.sign(c) * np.abs(c) ** (2 / power)
    ys = ry * np.sign(s) * np.abs(s) ** (2 / power) + y
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


def cavity(h: float, margin: float = 0.0) -> tuple[float, float]:
    """Half axes of the inside of the chest, mm; small at the apex."""
    rise = np.sqrt(np.clip((h + 4.0) / 110.0, 0.0, 1.0))
    return 45.0 + 83.0 * float(rise) + margin, 48.0 + 36.0 * float(rise) + margin
