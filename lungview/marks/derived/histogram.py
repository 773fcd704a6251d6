"""How often which value occurs in a region of a slice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation
from lungview.marks.measure import values_inside

_BINS = 64  # as many at most


@dataclass(frozen=True, slots=True)
class Histogram:
    """edges: (n + 1,) in `unit`; counts: (n,) pixels. quartiles: 25, 50 and 75 per cent of them lie below."""

    edges: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)
    quartiles: tuple[float, float, float]
    unit: str


def histogram(slice_: Slice, region: Annotation) -> Histogram | None:
    """None where no pixel's centre lies inside, or the slice has colour."""
    if slice_.colour:
        return None
    values = values_inside(slice_, region)
    if values.size == 0:
        return None
    exact = values.astype(np.float64)
    low, high = float(exact.min()), float(exact.max())
    width = _width(high - low, whole=np.array_equal(np.rint(exact), exact))
    first = math.floor(low / width) * width
    count = math.floor((high - first) / width) + 1
    edges = first + width * np.arange(count + 1)
    counts, _ = np.histogram(exact, edges)
    lower, middle, upper = (float(v) for v in np.percentile(exact, (25, 50, 75)))
    return Histogram(edges, counts, (lower, middle, upper), slice_.unit)


def _width(span: float, *, whole: bool) -> float:
    """Of a bin: 1, 2 or 5 × 10ⁿ; no less than 1 where values are whole numbers."""
    least = max(span / (_BINS - 1), 1.0 if whole else span * 1e-6)
    if least == 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * (1 - 1e-9))
