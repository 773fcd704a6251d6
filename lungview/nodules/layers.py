"""What an answer lays over its slices: where the lungs are, and what the detector scored where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.lung.grid import Turn
from lungview.nodules.detector.planes import Field


@dataclass(frozen=True, slots=True, eq=False)
class ScoreMaps:
    """The detector's scores on the slices that it looked at.

    values: (slices, rows, columns) uint8, 255 times the score, read-only, as the slices are stored.
    looked: the slices of the volume that they lie on, rising.
    box: what a map covers of a slice: x0, y0, x1, y1 px.
    """

    values: np.ndarray = field(repr=False)
    looked: tuple[int, ...] = field(repr=False)
    box: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def at(self, z: int) -> np.ndarray:
        """(rows, columns) float32 in [0, 1] of slice z; between two that were looked at, in between."""
        after = min(int(np.searchsorted(self.looked, z)), len(self.looked) - 1)
        before = after - 1 if self.looked[after] > z and after > 0 else after
        span = self.looked[after] - self.looked[before]
        share = np.float32(min(max((z - self.looked[before]) / span, 0.0), 1.0) if span else 0.0)
        low, high = (self.values[k].astype(np.float32) / 255 for k in (before, after))
        return np.asarray(low + (high - low) * share)


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """indices: of each slice of the volume, its place in the series' order. Pixels are the slices' own."""

    indices: tuple[int, ...] = field(repr=False)
    scores: ScoreMaps | None
    packed: np.ndarray = field(repr=False)  # uint8 (slices, rows, columns / 8), one bit a pixel
    columns: int

    def z(self, index: int) -> int | None:
        """The slice of the volume at a slice of the series; None where it is in none."""
        return self.indices.index(index) if index in self.indices else None

    def lungs_on(self, index: int) -> np.ndarray | None:
        """bool (rows, columns): the lungs on a slice of the series."""
        z = self.z(index)
        if z is None:
            return None
        return np.unpackbits(self.packed[z], axis=1, count=self.columns).astype(bool)

    def scores_on(self, index: int) -> np.ndarray | None:
        """(rows, columns) float32 in [0, 1] over `scores.box` of a slice of the series."""
        z = self.z(index)
        return None if z is None or self.scores is None else self.scores.at(z)


def layers(indices: Sequence[int], inside: np.ndarray, scores: ScoreMaps | None) -> Layers:
    """inside: bool (slices, rows, columns), the lungs."""
    packed = np.packbits(inside, axis=2)
    packed.flags.writeable = False
    return Layers(tuple(indices), scores, packed, inside.shape[2])


def score_maps(
    maps: Sequence[np.ndarray],
    looked: Sequence[int],
    seen: Field,
    shape: tuple[int, ...],
    turned: Turn | None,
) -> ScoreMaps:
    """Maps of the search, turned back to the slices as they are stored.

    maps: (rows, columns) in [0, 1], one for each of `looked`. shape: of the volume, slices, rows, columns.
    """
    values = np.stack([np.rint(np.clip(m, 0, 1) * 255).astype(np.uint8) for m in maps])
    rows, columns = seen.size
    top, left = (v + 0.5 for v in seen.to_slice(-0.5, -0.5))
    bottom, right = (v + 0.5 for v in seen.to_slice(rows - 0.5, columns - 0.5))
    places = list(looked)
    flipped = turned.flipped if turned is not None else (False, False, False)
    if flipped[0]:
        values, places = values[::-1], [shape[0] - 1 - k for k in reversed(places)]
    if flipped[1]:
        values, top, bottom = values[:, ::-1], shape[1] - bottom, shape[1] - top
    if flipped[2]:
        values, left, right = values[:, :, ::-1], shape[2] - right, shape[2] - left
    return ScoreMaps(np.ascontiguousarray(values), tuple(places), (left, top, right, bottom))
