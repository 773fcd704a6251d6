"""Edit: what a reader changes on an outline by hand. Each gives a new outline; the old one stays for undo."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import component, grown, window


def brush(outline: Outline, at: tuple[float, float, float], radius_mm: float, *, add: bool = True) -> Outline:
    """The outline with a disc painted on one slice, or rubbed out of it.

    at: slice, row, column in voxels of the scan; the slice is the nearest one. Raises InputError for a radius
    that is not positive, and where nothing would be left.
    """
    return stroke(outline, round(at[0]), [at[1:]], radius_mm, add=add)


def stroke(
    outline: Outline, k: int, places: Sequence[tuple[float, float]], radius_mm: float, *, add: bool = True
) -> Outline:
    """The outline with what a brush touches on slice k painted, or rubbed out of it.

    places: row and column, in voxels of the scan, along the way of the brush. Raises InputError as `brush`.
    """
    if not radius_mm > 0:
        raise InputError(f"expected a brush of more than 0 mm, found {radius_mm}")
    whole = outline.whole()
    if 0 <= k < len(whole) and (way := _way(places, whole.shape[1:])).any():
        whole[k][grown(way[None], radius_mm, outline.spacing_mm)[0]] = add
    return _again(outline, whole)


def _way(places: Sequence[tuple[float, float]], shape: tuple[int, ...]) -> np.ndarray:
    """The pixels of a slice that a line through places passes."""
    line = np.array([(round(column), round(row)) for row, column in (*places[:1], *places)], np.int32)
    drawn = np.zeros(shape, np.uint8)
    return cv2.polylines(drawn, [line], False, 1).astype(bool)


def threshold(outline: Outline, hu: np.ndarray, low_hu: float, high_hu: float) -> Outline:
    """The outline's voxels whose HU lies in low…high, the largest piece of them.

    hu: of the scan, (slices, rows, columns). Raises InputError where none does, or high is below low.
    """
    if high_hu < low_hu:
        raise InputError(f"expected a range of HU from low to high, found {low_hu} to {high_hu}")
    whole = np.zeros(outline.shape, bool)
    values = hu[outline.place]
    whole[outline.place] = _largest(outline.mask & (values >= low_hu) & (values <= high_hu))
    return _again(outline, whole)


def _largest(mask: np.ndarray) -> np.ndarray:
    left, best = mask.copy(), np.zeros_like(mask)
    while left.sum() > best.sum():
        z, y, x = (int(i) for i in np.argwhere(left)[0])
        piece = component(left, (z, y, x))
        left &= ~piece
        best = piece if piece.sum() > best.sum() else best
    return best


def _again(outline: Outline, whole: np.ndarray) -> Outline:
    if not whole.any():
        raise InputError("expected an outline with at least one voxel, found none left")
    near = window(whole)
    start = (near[0].start, near[1].start, near[2].start)
    return Outline(
        whole[near].copy(), start, outline.shape, outline.spacing_mm, outline.lung_hu, outline.core_hu
    )
