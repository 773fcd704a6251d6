"""Edit: what a reader changes on an outline by hand. Each gives a new outline; the old one stays for undo."""

from __future__ import annotations

import numpy as np

from lungview.errors import InputError
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import component, distance_from, window


def brush(outline: Outline, at: tuple[float, float, float], radius_mm: float, *, add: bool = True) -> Outline:
    """The outline with a disc painted on one slice, or rubbed out of it.

    at: slice, row, column in voxels of the scan; the slice is the nearest one. Raises InputError for a radius
    that is not positive, and where nothing would be left.
    """
    if not radius_mm > 0:
        raise InputError(f"expected a brush of more than 0 mm, found {radius_mm}")
    whole = outline.whole()
    k = round(at[0])
    if 0 <= k < len(whole):
        away = distance_from((0.0, at[1], at[2]), (1, *whole.shape[1:]), outline.spacing_mm)[0]
        whole[k][away <= radius_mm] = add
    return _again(outline, whole)


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
