"""Dents in a lung's outline where a mass on the chest wall pushes it in."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_RIGHT = 1
_DENT_MM = (2.0, 70.0)  # how deep a dent from the chest wall is
_CHORD_MM = 150.0  # how wide
_WALL_RADIUS_MM, _RISE_MM = 100.0, 10.0
_NEAR_MM, _WALL_MM = 4.0, 90.0  # from a dent to the outside, through the chest wall
_SIDEWAYS, _BACKWARDS = 0.35, 0.7  # cosines: where a dent must open to, the ribs' side or the back


@dataclass(frozen=True, slots=True, eq=False)
class Dent:
    """What lies between a lung's contour and its hull: places as (column, row) in pixels.

    outline: (n, 2) int32. start, chord: (2,) where the hull bridges the dent. outwards: (2,) unit vector.
    """

    outline: np.ndarray
    start: np.ndarray
    chord: np.ndarray
    outwards: np.ndarray


def dents(contour: np.ndarray, side: int, pixel: float) -> list[Dent]:
    """The dents of a contour (n, 2) on the ribs' side."""
    hull = np.sort(cv2.convexHull(contour, returnPoints=False), axis=0)[::-1]
    defects = cv2.convexityDefects(contour, hull) if len(hull) > 3 else None
    if not isinstance(defects, np.ndarray):
        return []
    turning = float(np.sign(cv2.contourArea(contour, oriented=True)))
    found = []
    rows = defects.reshape(-1, 4)  # start, end, farthest place, its depth
    deep = rows[:, 3] / 256 * pixel
    for start, end, _, _ in rows[(deep > _DENT_MM[0]) & (deep < _DENT_MM[1])]:
        chord = (contour[start] - contour[end]).astype(float)
        length = float(np.hypot(*chord))
        outwards = np.array([-chord[1], chord[0]]) * turning / max(length, 1.0)
        if length * pixel < _CHORD_MM and _from_the_ribs(outwards, side):
            inner = contour.take(start + np.arange((end - start) % len(contour) + 1), axis=0, mode="wrap")
            outline = np.r_[inner, _arc(contour[end], chord, outwards, pixel)]
            found.append(Dent(outline, contour[end], chord, outwards))
    return found


def _from_the_ribs(outwards: np.ndarray, side: int) -> bool:
    """Whether a dent opens to the side or the back of the chest, not to the mediastinum or the diaphragm."""
    sideways = float(outwards[0]) * (-1 if side == _RIGHT else 1)
    return sideways > _SIDEWAYS or (float(outwards[1]) > _BACKWARDS and sideways > -_SIDEWAYS)


def _arc(start: np.ndarray, chord: np.ndarray, outwards: np.ndarray, pixel: float) -> np.ndarray:
    """Points over a chord, as far off it as a chest wall of _WALL_RADIUS_MM would be."""
    length = float(np.hypot(*chord)) * pixel
    rise = min(length**2 / (8 * _WALL_RADIUS_MM), _RISE_MM) / pixel
    along = np.linspace(0, 1, 17)[:, None]
    arc = start + along * chord + 4 * rise * along * (1 - along) * outwards
    return np.asarray(np.rint(arc), np.int32)


def wall_behind(dent: Dent, lung: np.ndarray, body: np.ndarray, pixel: float) -> bool:
    """Whether outwards of a dent the body ends soon and no more lung comes: else it is liver or heart."""
    away = np.arange(_NEAR_MM, _WALL_MM, pixel)[:, None] / pixel
    along = np.array([0.25, 0.5, 0.75])[:, None, None]
    places = np.rint(dent.start + along * dent.chord + away * dent.outwards).astype(int)
    columns, rows = places[..., 0], places[..., 1]
    beyond = (columns < 0) | (columns >= lung.shape[1]) | (rows < 0) | (rows >= lung.shape[0])
    columns[beyond], rows[beyond] = -1, -1
    more_lung = (lung[rows, columns] > 0) & ~beyond
    no_end = ((body[rows, columns] > 0) & ~beyond).all(axis=1)
    return not (more_lung.any() or no_end.any())
