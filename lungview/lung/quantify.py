"""How large and how dense the lungs are: volumes, %LAA−950, Perc15, mean density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lungview.errors import InputError
from lungview.lung.grid import turn
from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.study.volume import Volume

AIRY_HU = -500  # vessels, nodules and consolidation lie above: they count for the volume, not for density
_LOW_HU = -950
_LEAST_HU = -1024
_BINS = AIRY_HU - _LEAST_HU


@dataclass(frozen=True, slots=True)
class Density:
    """One lung, both, or a part of them.

    volume_ml: with vessels and nodules. airy_ml: below AIRY_HU, what the rest is measured on. mean_hu: mean
    lung density. laa950: share in [0, 1] below −950 HU. perc15_hu: 15 % of the voxels are below.
    The last three are None where nothing is airy; HU below −1024 count as −1024.
    """

    volume_ml: float
    airy_ml: float
    mean_hu: float | None
    laa950: float | None
    perc15_hu: float | None


@dataclass(frozen=True, slots=True)
class Quantities:
    """Both lungs, each lung, and thirds of equal height of both lungs from the top downwards."""

    both: Density
    right: Density
    left: Density
    upper: Density
    middle: Density
    lower: Density


def quantify(volume: Volume, mask: LungMask) -> Quantities:
    """Measure the lungs of a volume. Raises InputError for a mask of another shape or an empty one."""
    if mask.values.shape != volume.values.shape:
        raise InputError(f"the lung mask is {mask.values.shape}, the volume {volume.values.shape}")
    turned = turn(volume)
    labels, values = turned.to_patient(mask.values), turned.to_patient(volume.values)
    heights = np.flatnonzero(labels.any(axis=(1, 2)))
    if not len(heights):
        raise InputError("the lung mask is empty")
    counts = np.zeros((3, 3, _BINS + 1), np.int64)  # third, side, HU; the last bin is what is not airy
    for third, part in enumerate(np.array_split(heights, 3)):
        for z in part:
            counts[third] += _histograms(labels[z], values[z])
    sides, thirds = counts.sum(axis=0), counts.sum(axis=1)
    voxel_ml = volume.voxel_mm3 / 1000
    lower, middle, upper = (_density(c, voxel_ml) for c in thirds)
    return Quantities(
        both=_density(sides.sum(axis=0), voxel_ml),
        right=_density(sides[RIGHT], voxel_ml),
        left=_density(sides[LEFT], voxel_ml),
        upper=upper,
        middle=middle,
        lower=lower,
    )


def _histograms(labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(3, bins + 1): voxels of each side by whole HU from _LEAST_HU up; row 0 stays empty."""
    where = labels > 0
    hu = np.clip(np.rint(values[where]).astype(np.int64), _LEAST_HU, AIRY_HU) - _LEAST_HU
    joined = labels[where].astype(np.int64) * (_BINS + 1) + hu
    return np.bincount(joined, minlength=3 * (_BINS + 1)).reshape(3, -1)


def _density(counts: np.ndarray, voxel_ml: float) -> Density:
    airy, total = counts[:-1], int(counts.sum())
    voxels = int(airy.sum())
    if not voxels:
        return Density(total * voxel_ml, 0.0, None, None, None)
    hu = np.arange(_BINS) + _LEAST_HU
    return Density(
        volume_ml=total * voxel_ml,
        airy_ml=voxels * voxel_ml,
        mean_hu=float((airy * hu).sum() / voxels),
        laa950=float(airy[hu < _LOW_HU].sum() / voxels),
        perc15_hu=float(hu[np.searchsorted(np.cumsum(airy), 0.15 * voxels)]),
    )
