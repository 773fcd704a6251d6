"""The volume that findings are looked for in: gaps bridged, and in HU also where the file does not say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lungview.image.slice import Instance, Slice
from lungview.study.series import Series
from lungview.study.volume import Volume, volume

_OFFSETS = (0, -1024, -1000)  # from stored values to HU, as scanners choose them
_AIR_HU, _AIR_OFF = -1000, 30  # of the air around the patient, and how far off its commonest value lies
_TISSUE_HU = (-150, 120)  # fat to blood with contrast: the commonest value of a body
_LEAST = 0.1  # of all voxels that are air or lung, and that are soft tissue
_BETWEEN = 0.2  # of all voxels that are neither, at most
_STEP = 4  # voxels a row and a column, and every few slices: enough for a histogram
_SLICES = 16
_LOWEST, _HIGHEST = -1100, 3100


def scanned(
    series: Series,
    read: Callable[[Instance], Slice],
    *,
    on_slice: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Volume:
    """Read a series into a volume for findings. Raises what `volume` raises."""
    made = volume(series, read, bridged=True, on_slice=on_slice, cancelled=cancelled)
    if made.unit or series.modality != "CT":
        return made
    offset = _offset(made.values)
    if offset is None:
        return made
    values = np.empty(made.shape, np.int16)
    for plane, out in zip(made.values, values, strict=True):
        out[...] = np.clip(np.rint(plane + offset), -32768, 32767)
    return replace(made, values=values, unit="HU", notes=(*made.notes, _said(offset)))


def _said(offset: int) -> str:
    if not offset:
        return "the file does not say that its values are HU; by air and soft tissue they are"
    return f"the file does not say how its values become HU; by air and soft tissue it is by {offset}"


def _offset(values: np.ndarray) -> int | None:
    """What makes HU of values that nobody says what they are, by air and soft tissue; None where unsure."""
    every = max(1, len(values) // _SLICES)
    sample = np.rint(values[::every, ::_STEP, ::_STEP].reshape(-1))
    fits = {offset: off for offset in _OFFSETS if (off := _air_off(sample + offset)) is not None}
    return min(fits, key=fits.__getitem__) if fits else None


def _air_off(hu: np.ndarray) -> int | None:
    """How far the commonest value of air lies from where it must; None for what looks like no chest in HU."""
    inside = hu[(hu >= _LOWEST) & (hu <= _HIGHEST)]
    counts = np.bincount((inside - _LOWEST).astype(np.int64), minlength=_HIGHEST - _LOWEST + 1)
    air, tissue = _share(counts, _LOWEST, -500), _share(counts, *_TISSUE_HU)
    if min(air, tissue) < _LEAST or 1 - air - tissue > _BETWEEN:
        return None
    commonest = int(np.argmax(counts[-300 - _LOWEST :])) - 300
    if not _TISSUE_HU[0] <= commonest <= _TISSUE_HU[1]:
        return None
    # What a scanner cannot measure, or cuts off, is one value: the air's own is spread around its middle.
    spread = np.convolve(np.minimum(counts, np.roll(counts, 1) + np.roll(counts, -1)), np.ones(9), "same")
    off = abs(int(np.argmax(spread[: -900 - _LOWEST])) + _LOWEST - _AIR_HU)
    return off if off <= _AIR_OFF else None


def _share(counts: np.ndarray, low: int, high: int) -> float:
    return float(counts[low - _LOWEST : high - _LOWEST + 1].sum() / max(counts.sum(), 1))
