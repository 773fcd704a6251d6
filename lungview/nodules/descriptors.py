"""Descriptors: the thirty-three numbers that the judge of malignancy sees of an outlined nodule.

Size, shape, what it is made of, its rim, the spread of its HU, and how steep they are from layer to layer, in
HU and mm. Others (HU by layer, hull, surroundings, spherical harmonics) were measured and left out: five-fold
by patient the judge was no better with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lungview.nodules.outlining.measure import Axes, axes
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import grown, pixel_mm

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


def descriptors(nodule: Nodule) -> dict[str, float]:
    """Every number by name."""
    outward = np.where(nodule.mask, -nodule.deep, nodule.away)
    layers = _Layers.of(outward)
    return {
        **_size(nodule.outline, axes(nodule.outline, nodule.hulls)),
        **_shape(nodule, outward),
        **_substance(nodule, outward),
        **_rim(nodule, layers),
        **_histogram(nodule.part[nodule.mask]),
        **_roughness(nodule, layers),
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Layers:
    """From inside to outside. places: in flat arrays, of each layer; the first are those deepest inside."""

    places: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, outward: np.ndarray) -> _Layers:
        near = np.flatnonzero(outward <= RADII_MM[-1][1])
        mm = outward.reshape(-1)[near]
        layers = (near[(mm > low) & (mm <= high)] for low, high in RADII_MM)
        return cls((near[mm <= mm.min()], *layers))

    def means(self, values: Callable[[np.ndarray], np.ndarray]) -> list[float]:
        """The mean of values at places in each layer; an empty layer is like its neighbour."""
        deepest, *layers = self.places
        mean = float(values(deepest).mean())
        found = []
        for layer in layers:
            mean = float(values(layer).mean()) if layer.size else mean
            found.append(mean)
        return found


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


def _shape(nodule: Nodule, outward: np.ndarray) -> dict[str, float]:
    mask, near, spacing = nodule.mask, nodule.near, nodule.outline.spacing_mm
    volume = float(mask.sum()) * spacing[0] * spacing[1] * spacing[2]
    radius = (3 * volume / (4 * np.pi)) ** (1 / 3)
    points = (np.argwhere(mask[near]) + [n.start for n in near]) * np.array(spacing)
    covariance = np.cov(points.T) if len(points) > 1 else 0.0  # of one voxel: its own extent alone
    spread = np.sqrt(np.linalg.eigvalsh(covariance + np.diag(np.square(spacing)) / 12))
    deepest = -float(outward.min())
    opened = grown(outward[near] <= -0.5 * deepest, 0.5 * deepest, spacing) & mask[near]
    return {
        "elongation": float(spread[2] / spread[1]),
        "surface": float(nodule.skin.sum()) * pixel_mm(spacing) ** 2 / (4 * np.pi * radius**2),
        "spikes": 1.0 - float(opened.sum()) / float(mask.sum()),
    }


def _substance(nodule: Nodule, outward: np.ndarray) -> dict[str, float]:
    inside = nodule.smooth[outward <= max(-1.0, 0.6 * float(outward.min()))] / 100
    values = nodule.smooth[nodule.mask] / 100
    return {
        "mean_hu": float(values.mean()),
        "deviation_hu": float(values.std()),
        "calcium": float((inside > 2).mean()),
        "glass": float((inside < -3).mean()),
    }


def _rim(nodule: Nodule, layers: _Layers) -> dict[str, float]:
    """edge: the steepest fall of HU between two layers; touching: other tissue on its skin, share."""
    smooth, filled = nodule.smooth, nodule.filling
    middle = (filled.lung_hu + min(filled.inside_hu, -50.0)) / 2
    return {
        "edge": float(-np.diff(layers.means(smooth.reshape(-1).take)).min()) / 100,
        "touching": float((smooth[nodule.near][nodule.skin] > middle).mean()),
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


def _roughness(nodule: Nodule, layers: _Layers) -> dict[str, float]:
    """The mean slope of HU in its slice, HU/mm, in each layer."""
    down, right = (
        each.reshape(-1) for each in np.gradient(nodule.part, *nodule.outline.spacing_mm[1:], axis=(1, 2))
    )
    found = layers.means(lambda places: np.hypot(down[places], right[places]))
    return {f"slope_{k}": value / 100 for k, value in enumerate(found)}
