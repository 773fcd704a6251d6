"""The values along a line on a slice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from lungview.image.slice import Slice
from lungview.marks.annotation import Point
from lungview.marks.measure import length

_PER_PIXEL = 2.0  # samples
_MOST = 8192  # samples, however long the line


@dataclass(frozen=True, slots=True)
class Profile:
    """Values along a line.

    at: (n,) distance from its start, in `unit` ("mm", or "px" where the size of a pixel is not known).
    values: (n,) in `value_unit`, interpolated between pixel centres; NaN outside the picture and on padding.
    """

    at: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)
    unit: str
    value_unit: str


def profile(slice_: Slice, start: Point, end: Point) -> Profile | None:
    """At least two samples a pixel, ends included; None for a slice in colour or a line without length."""
    pixels = math.hypot(end.x - start.x, end.y - start.y)
    if slice_.colour or pixels == 0:
        return None
    share = np.linspace(0.0, 1.0, min(math.ceil(pixels * _PER_PIXEL) + 1, _MOST))
    x, y = start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)
    long = length(slice_, start, end)
    return Profile(share * long.value, _values(slice_, x, y), long.unit, slice_.unit)


def _values(slice_: Slice, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    rows, columns = slice_.rows, slice_.columns
    inside = (x >= 0) & (x <= columns) & (y >= 0) & (y <= rows)
    found = _between(slice_.values, np.clip(y - 0.5, 0, rows - 1), np.clip(x - 0.5, 0, columns - 1))
    found[~inside] = np.nan
    if slice_.padding is not None:
        row, column = np.clip(y, 0, rows - 1).astype(int), np.clip(x, 0, columns - 1).astype(int)
        found[slice_.padding[row, column]] = np.nan
    return found


def _between(values: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Linear in both directions; row, column: (n,) with 0 the centre of the first pixel, on the picture."""
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    bottom, right = np.minimum(top + 1, len(values) - 1), np.minimum(left + 1, values.shape[1] - 1)
    down, across = row - top, column - left
    exact = values.astype(np.float64, copy=False)
    upper = exact[top, left] * (1 - across) + exact[top, right] * across
    lower = exact[bottom, left] * (1 - across) + exact[bottom, right] * across
    return np.asarray(upper * (1 - down) + lower * down)
