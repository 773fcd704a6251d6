"""A series on the network's scale: 0.75 mm a pixel, each slice with its neighbours at 2.5 mm."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from lungview.nodules.detector import greys

NEIGHBOUR_MM = 2.5
STEP_MM = 2.0  # slices nearer than this are not all looked at
GRID_MM = 2 * greys.PIXEL_MM  # a pixel of the maps
_AROUND_MM = 15.0  # kept beside the region


@dataclass(frozen=True, slots=True)
class Field:
    """The rectangle of the slices that is looked at.

    top, left: of its corner, px of the slice. spacing: mm between rows, columns of the slice.
    size: rows, columns of the maps, GRID_MM each.
    """

    top: float
    left: float
    spacing: tuple[float, float]
    size: tuple[int, int]

    def picture(self, planes: np.ndarray) -> np.ndarray:
        """float32 (2 * rows, 2 * columns, 3) in [0, 1] of planes (rows, columns, 3) of HU."""
        return greys.from_hu(self._warp(planes, greys.PIXEL_MM, greys.FLOOR_HU)).astype(np.float32) / 255

    def mask(self, inside: np.ndarray) -> np.ndarray:
        """bool (rows, columns) of the maps, of a mask of the slice."""
        return self._warp(inside.astype(np.float32), GRID_MM, 0.0) > 0.5

    def to_slice(self, row: float, column: float) -> tuple[float, float]:
        """Row and column of the slice, px, of a place on the maps."""
        down, right = GRID_MM / self.spacing[0], GRID_MM / self.spacing[1]
        return self.top + (row + 0.5) * down - 0.5, self.left + (column + 0.5) * right - 0.5

    def _warp(self, values: np.ndarray, pixel_mm: float, beyond: float) -> np.ndarray:
        down, right = pixel_mm / self.spacing[0], pixel_mm / self.spacing[1]
        matrix = np.array(
            [[right, 0, self.left + right / 2 - 0.5], [0, down, self.top + down / 2 - 0.5]], np.float64
        )
        factor = GRID_MM / pixel_mm
        size = round(self.size[1] * factor), round(self.size[0] * factor)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        border = (beyond,) * 4
        return np.asarray(cv2.warpAffine(values, matrix, size, flags=flags, borderValue=border))


def field_of(region: np.ndarray, spacing: tuple[float, float]) -> Field | None:
    """The field around a region: bool (rows, columns), all slices together; None where it is empty."""
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not rows.size:
        return None
    top, left = rows[0] - _AROUND_MM / spacing[0], columns[0] - _AROUND_MM / spacing[1]
    height = (rows[-1] - rows[0]) * spacing[0] + 2 * _AROUND_MM
    width = (columns[-1] - columns[0]) * spacing[1] + 2 * _AROUND_MM
    size = 2 * int(np.ceil(height / GRID_MM / 2)), 2 * int(np.ceil(width / GRID_MM / 2))
    return Field(float(top), float(left), spacing, size)


def looked_at(count: int, spacing_mm: float) -> list[int]:
    """The slices that are looked at: all, or every k-th of thin ones, about 2 mm apart."""
    return list(range(0, count, max(1, round(STEP_MM / spacing_mm - 0.2))))


def with_neighbours(hounsfield: np.ndarray, index: int, spacing_mm: float) -> np.ndarray:
    """float32 (rows, columns, 3): the slice between the planes 2.5 mm before and after it.

    hounsfield: (slices, rows, columns). Planes between slices are interpolated; beyond the end is the last.
    """
    step = NEIGHBOUR_MM / spacing_mm
    return np.stack([_plane(hounsfield, index + d) for d in (-step, 0.0, step)], axis=-1)


def _plane(hounsfield: np.ndarray, position: float) -> np.ndarray:
    place = min(max(position, 0.0), len(hounsfield) - 1.0)
    low = int(place)
    share = place - low
    if share < 0.05:
        return np.asarray(hounsfield[low], np.float32)
    above = hounsfield[min(low + 1, len(hounsfield) - 1)].astype(np.float32)
    return np.asarray(hounsfield[low] * np.float32(1 - share) + above * np.float32(share))
