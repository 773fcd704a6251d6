"""Descriptors: the thirty-three numbers that the judge of malignancy sees of an outlined nodule.

Size, shape, what it is made of, its rim, the spread of its HU, and how steep they are from layer to layer, in
HU and mm. Others (HU by layer, hull, surroundings, spherical harmonics) were measured and left out: five-fold
by patient the judge was no better with them.
"""

from __future__ import annotations

import numpy as np

from lungview.nodules.outlining.measure import Axes, Filling, axes, filling, with_rim
from lungview.nodules.outlining.outline import Millimetres, Outline
from lungview.nodules.outlining.proposals import blurred
from lungview.nodules.outlining.voxels import depth, grown, pixel_mm, shell

RADII_MM = (
    (-99.0, -3.0),
    (-3.0, -2.0),
    (-2.0, -1.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (1.0, 2.0),
    (2.0, 3.5),
    (3.5, 6.0),
)
_PERCENTILES = (2, 10, 25, 50, 75, 90, 98)
_BINS_HU = np.arange(-1000, 400, 50)
_FAT_HU, _CALCIUM_HU = (-120.0, -40.0), 200.0


def descriptors(hu: np.ndarray, outline: Outline) -> dict[str, float]:
    """Every number by name. hu: of the scan, (slices, rows, columns)."""
    part, mask, spacing = with_rim(hu, outline)
    smooth = blurred(part, 0.7, spacing)
    outward = np.where(mask, -depth(mask, spacing), depth(~mask, spacing))
    return {
        **_size(outline, axes(outline)),
        **_shape(mask, spacing, outward),
        **_substance(smooth, mask, outward),
        **_rim(smooth, mask, outward, filling(hu, outline)),
        **_histogram(part[mask]),
        **_roughness(part, spacing, outward),
    }


def _size(outline: Outline, measured: Axes) -> dict[str, float]:
    box = outline.box
    height = (box[0].stop - box[0].start) * outline.spacing_mm[0]
    return {
        "log_long": np.log(measured.long_mm),
        "log_short": np.log(measured.short_mm),
        "log_height": np.log(height),
        "log_volume": np.log(float(outline.mask.sum()) * outline.voxel_mm3),
        "flat": measured.short_mm / measured.long_mm,
    }


def _shape(mask: np.ndarray, spacing: Millimetres, outward: np.ndarray) -> dict[str, float]:
    volume = float(mask.sum()) * spacing[0] * spacing[1] * spacing[2]
    radius = (3 * volume / (4 * np.pi)) ** (1 / 3)
    points = np.argwhere(mask) * np.array(spacing)
    covariance = np.cov(points.T) if len(points) > 1 else 0.0  # of one voxel: its own extent alone
    spread = np.sqrt(np.linalg.eigvalsh(covariance + np.diag(np.square(spacing)) / 12))
    deepest = -float(outward.min())
    opened = grown(outward <= -0.5 * deepest, 0.5 * deepest, spacing) & mask
    return {
        "elongation": float(spread[2] / spread[1]),
        "surface": float(shell(mask).sum()) * pixel_mm(spacing) ** 2 / (4 * np.pi * radius**2),
        "spikes": 1.0 - float(opened.sum()) / float(mask.sum()),
    }


def _substance(smooth: np.ndarray, mask: np.ndarray, outward: np.ndarray) -> dict[str, float]:
    inside = smooth[outward <= max(-1.0, 0.6 * float(outward.min()))] / 100
    values = smooth[mask] / 100
    return {
        "mean_hu": float(values.mean()),
        "deviation_hu": float(values.std()),
        "calcium": float((inside > 2).mean()),
        "glass": float((inside < -3).mean()),
    }


def _rim(smooth: np.ndarray, mask: np.ndarray, outward: np.ndarray, filled: Filling) -> dict[str, float]:
    """edge: the steepest fall of HU between two layers; touching: other tissue on its skin, share."""
    middle = (filled.lung_hu + min(filled.inside_hu, -50.0)) / 2
    return {
        "edge": float(-np.diff(_layers(smooth, outward)).min()) / 100,
        "touching": float((smooth[shell(mask)] > middle).mean()),
    }


def _histogram(values: np.ndarray) -> dict[str, float]:
    """Of the HU inside, unblurred: percentiles, spread, entropy, and the shares of fat and of calcium."""
    share = np.histogram(values, bins=_BINS_HU)[0] / len(values)
    share = share[share > 0]
    levels = np.percentile(values, _PERCENTILES)
    return {
        **{f"hu_p{p}": float(level) / 100 for p, level in zip(_PERCENTILES, levels, strict=True)},
        "spread_hu": float(values.std()) / 100,
        "entropy": float(-(share * np.log(share)).sum()),
        "fat": float(((values > _FAT_HU[0]) & (values < _FAT_HU[1])).mean()),
        "calcium_share": float((values > _CALCIUM_HU).mean()),
    }


def _roughness(part: np.ndarray, spacing: Millimetres, outward: np.ndarray) -> dict[str, float]:
    """The mean slope of HU in its slice, HU/mm, in each layer."""
    down, right = np.gradient(part, spacing[1], spacing[2], axis=(1, 2))
    found = _layers(np.hypot(down, right), outward)
    return {f"slope_{k}": value / 100 for k, value in enumerate(found)}


def _layers(smooth: np.ndarray, outward: np.ndarray) -> list[float]:
    """The mean in layers from inside to outside; an empty layer is like its neighbour."""
    mean = float(smooth[outward <= outward.min()].mean())
    found = []
    for low, high in RADII_MM:
        layer = smooth[(outward > low) & (outward <= high)]
        mean = float(layer.mean()) if layer.size else mean
        found.append(mean)
    return found
