"""Planes that run along a volume's voxels: interpolated a direction at a time, to the same values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_STRAIGHT = 1e-9  # of an index step: what counts as none


@dataclass(frozen=True, slots=True)
class Axes:
    """Which index of the volume grows across a slab, down and across its picture: 0, 1, 2 in some order."""

    depth: int
    down: int
    across: int


def axes_of(depth: np.ndarray, down: np.ndarray, across: np.ndarray) -> Axes | None:
    """The axes of three directions, (3,) in indices each; None where one runs between the voxels' axes."""
    found = [np.flatnonzero(np.abs(each) > _STRAIGHT) for each in (depth, down, across)]
    if any(len(each) != 1 for each in found):
        return None
    chosen = [int(each[0]) for each in found]
    return Axes(*chosen) if len(set(chosen)) == 3 else None


@dataclass(frozen=True, slots=True)
class _Along:
    """Places along one axis. low: index of the voxel before; share: of the way to the next; inside: (n,)."""

    low: np.ndarray
    high: np.ndarray
    share: np.ndarray
    inside: np.ndarray


def _along(places: np.ndarray, count: int) -> _Along:
    inside = (places >= -0.5) & (places <= count - 0.5)
    within = np.clip(places, 0, count - 1).astype(np.float32)
    low = np.minimum(within.astype(np.intp), max(count - 2, 0))
    return _Along(low, np.minimum(low + 1, count - 1), within - low, inside)


def sheets(
    values: np.ndarray, axes: Axes, depths: np.ndarray, down: np.ndarray, across: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Each sheet of a slab, (rows, columns) float32, and what of it is in the volume, None where all is.

    depths, down, across: index places along their axes.
    """
    z, y, x = (
        _along(places, values.shape[axis])
        for places, axis in ((depths, axes.depth), (down, axes.down), (across, axes.across))
    )
    first = int(z.low.min())
    block = _block(values, axes, (first, int(z.high.max()) + 1), y)
    flat = y.inside[:, None] & x.inside
    whole = bool(flat.all())
    made: dict[int, np.ndarray] = {}
    for low, high, share, inside in zip(z.low, z.high, z.share, z.inside, strict=True):
        for layer in (int(low), int(high)):
            if layer not in made:
                made[layer] = _layer(block[layer - first], y, x)
        made = {layer: made[layer] for layer in (int(low), int(high))}
        before, after = made[int(low)], made[int(high)]
        sheet = before + (after - before) * share if share else before.copy()
        yield sheet, None if whole and inside else flat & inside


def _block(values: np.ndarray, axes: Axes, layers: tuple[int, int], y: _Along) -> np.ndarray:
    """The voxels around a slab, its layers first, in one piece of memory: each is fetched once."""
    cut = [slice(None)] * 3
    cut[axes.depth] = slice(*layers)
    cut[axes.down] = slice(int(y.low.min()), int(y.high.max()) + 1)
    return np.ascontiguousarray(values[tuple(cut)].transpose(axes.depth, axes.down, axes.across))


def _layer(layer: np.ndarray, y: _Along, x: _Along) -> np.ndarray:
    """One layer of voxels between its rows, then between its columns, float32."""
    start = int(y.low.min())
    rows: np.ndarray = layer[y.low - start].astype(np.float32)
    if y.share.any():
        rows += (layer[y.high - start] - rows) * y.share[:, None]
    columns: np.ndarray = rows.take(x.low, axis=1)
    if x.share.any():
        columns += (rows.take(x.high, axis=1) - columns) * x.share
    return columns
