"""What closed contours enclose, rastered plane by plane to shares of pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.errors import GeometryError
from lungview.overlays.bodies.stacked import SAME_MM, Grid, Sheet
from lungview.overlays.values import Contour
from lungview.study.section import FULL
from lungview.study.space import Vector
from lungview.study.volume import Volume

FLAT_MM = 1.0  # how far the points of a contour may differ across its plane
_FINE, _SHIFT = 4, 4  # parts of a pixel's side; binary digits of a part
_WIDEST = 4096  # px a side of what is rastered


@dataclass(frozen=True, slots=True, eq=False)
class _Axes:
    """row, column, normal: unit vectors (3,). pixel: mm."""

    row: np.ndarray
    column: np.ndarray
    normal: np.ndarray
    pixel: float

    def flat(self, contours: Sequence[Contour]) -> bool:
        """Whether each contour lies across the normal."""
        return all(float(np.ptp(each.points_mm @ self.normal)) <= FLAT_MM for each in contours)

    def pixels(self, points_mm: np.ndarray) -> np.ndarray:
        """(n, 2) of x, y on the grid; the pixel of column c covers [c, c + 1)."""
        return np.asarray(points_mm @ np.stack([self.row, self.column], axis=1) / self.pixel)


def filled(contours: Sequence[Contour], along: Volume) -> tuple[tuple[Sheet, ...], Grid]:
    """A sheet for each plane that contours lie in. along: the volume whose pixels and rows are taken over.

    A contour inside another one in its plane is a hole (PS3.3 C.8.8.6.3). Raises GeometryError where they
    lie in planes of several directions, or one is too large.
    """
    axes = _axes(contours, along)
    grid = Grid(
        _vector((axes.row + axes.column) * axes.pixel / 2), _vector(axes.row), _vector(axes.column),
        _vector(axes.normal), (axes.pixel, axes.pixel), along.frame_of_reference_uid,
    )  # fmt: skip
    return tuple(_sheets(contours, axes)), grid


def _axes(contours: Sequence[Contour], along: Volume) -> _Axes:
    """Those of the volume's slices where contours run along them; else their own."""
    pixel = min(along.spacing_mm[1:])
    row, column = np.asarray(along.axes[2]), np.asarray(along.axes[1])
    slices = _Axes(row, column, np.cross(row, column), pixel)
    if slices.flat(contours):
        return slices
    longest = max(contours, key=lambda each: float(np.ptp(each.points_mm, axis=0).max()))
    own = np.linalg.svd(longest.points_mm - longest.points_mm.mean(axis=0), full_matrices=False)[2]
    found = _Axes(own[0], own[1], np.cross(own[0], own[1]), pixel)
    if not found.flat(contours):
        raise GeometryError("contours of a region lie in planes of several directions")
    return found


def _sheets(contours: Sequence[Contour], axes: _Axes) -> Iterator[Sheet]:
    order = sorted(
        ((float((c.points_mm @ axes.normal).mean()), c) for c in contours), key=lambda each: each[0]
    )
    begun = 0
    for k in range(1, len(order) + 1):
        if k == len(order) or order[k][0] - order[begun][0] > SAME_MM:
            yield _sheet([c for _, c in order[begun:k]], order[begun][0], axes)
            begun = k


def _sheet(contours: Sequence[Contour], along: float, axes: _Axes) -> Sheet:
    lines = [axes.pixels(each.points_mm) for each in contours]
    ends = np.concatenate(lines)
    left, top = (int(v) for v in np.floor(ends.min(axis=0)))
    columns, rows = (int(v) for v in np.floor(ends.max(axis=0)) - (left, top) + 1)
    if max(rows, columns) > _WIDEST:
        raise GeometryError(f"a contour is {max(rows, columns)} pixels wide; {_WIDEST} are held")
    fine = np.zeros((rows * _FINE, columns * _FINE), np.uint8)
    parts = [np.rint(((line - (left, top)) * _FINE - 0.5) * (1 << _SHIFT)).astype(np.int32) for line in lines]
    cv2.fillPoly(fine, parts, FULL, shift=_SHIFT)
    share = cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA)
    return Sheet(np.asarray(share), along, top, left)


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
