"""Descriptors: the numbers that the judge of malignancy sees of an outlined nodule, in HU and millimetres.

Size, shape, what it is made of, and how HU changes from its middle outwards.
"""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.outlining.measure import Axes, Filling, axes, filling, with_rim
from lungview.nodules.outlining.outline import Millimetres, Outline
from lungview.nodules.outlining.proposals import blurred
from lungview.nodules.outlining.voxels import component, depth, grown, pixel_mm, shell

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
_TISSUE_HU = -400.0


def descriptors(hu: np.ndarray, outline: Outline) -> dict[str, float]:
    """Every number by name. hu: of the scan, (slices, rows, columns)."""
    part, mask, spacing = with_rim(hu, outline)
    measured, filled = axes(outline), filling(hu, outline)
    smooth = blurred(part, 0.7, spacing)
    outward = np.where(mask, -depth(mask, spacing), depth(~mask, spacing))
    return {
        **_size(outline, measured, filled),
        **_shape(mask, spacing, outward),
        **_substance(part, smooth, mask, outward, filled),
        **_profile(smooth, outward, filled),
        **_surroundings(smooth, mask, outward, filled),
    }


def _size(outline: Outline, measured: Axes, filled: Filling) -> dict[str, float]:
    box = outline.box
    height = (box[0].stop - box[0].start) * outline.spacing_mm[0]
    voxels = float(outline.mask.sum()) * outline.voxel_mm3
    return {
        "log_long": np.log(measured.long_mm),
        "log_short": np.log(measured.short_mm),
        "log_height": np.log(height),
        "log_volume": np.log(voxels),
        "log_filled": np.log(max(filled.volume_mm3, 1.0)),
        "flat": measured.short_mm / measured.long_mm,
        "tall": height / measured.long_mm,
    }


def _shape(mask: np.ndarray, spacing: Millimetres, outward: np.ndarray) -> dict[str, float]:
    volume = float(mask.sum()) * spacing[0] * spacing[1] * spacing[2]
    radius = (3 * volume / (4 * np.pi)) ** (1 / 3)
    points = np.argwhere(mask) * np.array(spacing)
    from_centre = np.linalg.norm(points - points.mean(axis=0), axis=1)
    spread = np.sqrt(np.linalg.eigvalsh(np.cov(points.T) + np.diag(np.square(spacing)) / 12))
    deepest = -float(outward.min())
    opened = grown(outward <= -0.5 * deepest, 0.5 * deepest, spacing) & mask
    return {
        "inscribed": deepest / radius,
        "reach": float(from_centre.max()) / radius,
        "inertia": float(np.mean(from_centre**2)) / (0.6 * radius**2),
        "elongation": float(spread[2] / spread[1]),
        "flatness": float(spread[1] / spread[0]),
        "surface": float(shell(mask).sum()) * pixel_mm(spacing) ** 2 / (4 * np.pi * radius**2),
        "spikes": 1.0 - float(opened.sum()) / float(mask.sum()),
        "hull": _hull_share(mask),
    }


def _hull_share(mask: np.ndarray) -> float:
    """Area of the largest slice by that of its convex hull."""
    widest = mask[int(mask.sum(axis=(1, 2)).argmax())]
    contours, _ = cv2.findContours(widest.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.fillConvexPoly(np.zeros(widest.shape, np.uint8), cv2.convexHull(np.concatenate(contours)), 1)
    return float(widest.sum()) / float(hull.sum())


def _substance(
    part: np.ndarray, smooth: np.ndarray, mask: np.ndarray, outward: np.ndarray, filled: Filling
) -> dict[str, float]:
    inside = smooth[outward <= max(-1.0, 0.6 * float(outward.min()))] / 100
    values = smooth[mask] / 100
    low, half, high = np.percentile(values, (10, 50, 90))
    return {
        "inside_hu": filled.inside_hu / 100,
        "mean_hu": float(values.mean()),
        "deviation_hu": float(values.std()),
        "p10_hu": float(low),
        "p50_hu": float(half),
        "p90_hu": float(high),
        "most_hu": float(values.max()),
        "inner_hu": float(inside.mean()),
        "inner_deviation": float(inside.std()),
        "grain": float((part - smooth)[mask].std()) / 100,
        "calcium": float((inside > 2).mean()),
        "fat": float(((inside > -1.2) & (inside < -0.4)).mean()),
        "glass": float((inside < -3).mean()),
    }


def _profile(smooth: np.ndarray, outward: np.ndarray, filled: Filling) -> dict[str, float]:
    """Mean and deviation of HU in layers from inside to outside; an empty layer is like its neighbour."""
    found: dict[str, float] = {}
    mean, deviation = float(smooth[outward <= outward.min()].mean()), 0.0
    for k, (low, high) in enumerate(RADII_MM):
        layer = smooth[(outward > low) & (outward <= high)]
        if layer.size:
            mean, deviation = float(layer.mean()), float(layer.std())
        found[f"layer{k}"], found[f"layer{k}_deviation"] = mean / 100, deviation / 100
    slope = np.diff([found[f"layer{k}"] for k in range(len(RADII_MM))])
    return found | {"edge": float(-slope.min()), "lung_hu": filled.lung_hu / 100}


def _surroundings(
    smooth: np.ndarray, mask: np.ndarray, outward: np.ndarray, filled: Filling
) -> dict[str, float]:
    """What it touches: other tissue on its skin, and how much of it hangs on."""
    skin = shell(mask)
    middle = (filled.lung_hu + min(filled.inside_hu, -50.0)) / 2
    deepest = np.unravel_index(int(outward.argmin()), outward.shape)
    z, y, x = (int(i) for i in deepest)
    tied = component((smooth > middle) | mask, (z, y, x)) & ~mask
    ring = (outward > 1.0) & (outward <= 5.0)
    return {
        "touching": float((smooth[skin] > middle).mean()),
        "tied": float(tied[ring].mean()) if ring.any() else 0.0,
        "crowded": float((smooth[ring] > _TISSUE_HU).mean()) if ring.any() else 0.0,
        "scar": float((smooth[ring] > -700).mean()) if ring.any() else 0.0,
    }
