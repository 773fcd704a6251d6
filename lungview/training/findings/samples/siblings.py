"""Other nodules of the same patient in a crop that was cut around one: marked there, but not in its mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import cv2
import numpy as np

_AROUND = 8  # pixels beside a nodule that its neighbour's crop must show too
_SIMILAR = 0.75  # correlation of the nodules: what is less alike is not looked at further
_SAME = 0.95  # correlation of all that both crops show: the same slice, or the one beside it
_LEAST = 0.2  # of a crop: less in common proves nothing


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A crop of one nodule. picture: uint8 (rows, columns). mask: bool of the same shape."""

    nodule: str
    picture: np.ndarray
    mask: np.ndarray


def others(crops: Sequence[Crop]) -> list[np.ndarray]:
    """For each crop of one patient, bool (rows, columns): where nodules lie that other crops were cut around.

    Crops have no place in the scan: two are of one slice where they are alike in all that both show.
    """
    found = [np.zeros(c.mask.shape, bool) for c in crops]
    for (i, here), (_, other) in permutations(enumerate(crops), 2):
        if here.nodule != other.nodule and here.picture.shape == other.picture.shape and other.mask.any():
            shift = _shift(here.picture, other)
            if shift is not None:
                found[i] |= _shifted(other.mask, shift)
    return found


def _shift(picture: np.ndarray, other: Crop) -> tuple[int, int] | None:
    """Rows and columns that a place of the other crop lies further in `picture`; None: not the same slice."""
    rows, columns = np.flatnonzero(other.mask.any(axis=1)), np.flatnonzero(other.mask.any(axis=0))
    top, left = max(int(rows[0]) - _AROUND, 0), max(int(columns[0]) - _AROUND, 0)
    nodule = other.picture[top : rows[-1] + _AROUND + 1, left : columns[-1] + _AROUND + 1]
    alike = cv2.matchTemplate(picture, nodule, cv2.TM_CCOEFF_NORMED)
    _, best, _, (column, row) = cv2.minMaxLoc(alike)
    if best < _SIMILAR:
        return None
    shift = row - top, column - left
    return shift if _correlation(picture, other.picture, shift) >= _SAME else None


def _correlation(picture: np.ndarray, other: np.ndarray, shift: tuple[int, int]) -> float:
    """Pearson's r of what both show; 0 where that is too little."""
    here = tuple(slice(max(d, 0), n + min(d, 0)) for d, n in zip(shift, picture.shape, strict=True))
    there = tuple(slice(max(-d, 0), n + min(-d, 0)) for d, n in zip(shift, picture.shape, strict=True))
    a, b = picture[here].astype(np.float32), other[there].astype(np.float32)
    if a.size < _LEAST * picture.size or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def _shifted(mask: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    down, right = shift
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(mask.astype(np.uint8), move, mask.shape[::-1]) > 0)
