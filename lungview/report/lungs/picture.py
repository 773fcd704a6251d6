"""The coronal map as colours, and the histogram as bars: what window and page draw."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.classify.heat.colormaps import TABLES
from lungview.lung.coronal import CoronalMap
from lungview.lung.quantify import AIRY_HU, LEAST_HU, Detail

COLOURS = TABLES["cividis"]  # the same to eyes that do not tell red from green
_TOPS = (0.1, 0.25, 0.5, 1.0)  # of the scale
_WITHIN = 0.99  # of the pixels are below the top
_BAR_HU = 2  # −950 HU is an edge between two bars: those below it are what tables call so


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """rgba: (rows, columns, 4) uint8 of square pixels of `mm`, no colour beside the lung.

    top: the share that the last colour begins at.
    """

    rgba: np.ndarray = field(repr=False)
    top: float
    mm: float


def map_picture(found: CoronalMap) -> MapPicture:
    """Square pixels as small as the smaller side of the map's; each as its nearest is."""
    lung = np.isfinite(found.share)
    most = float(np.quantile(found.share[lung], _WITHIN)) if lung.any() else 0.0
    top = next(each for each in _TOPS if most <= each)
    steps = np.clip(np.nan_to_num(found.share) / top * 255, 0, 255).astype(np.uint8)
    rgba = np.dstack([COLOURS[steps], lung.view(np.uint8) * np.uint8(255)])
    pixel = min(found.mm)
    size = [
        max(1, round(n * mm / pixel))
        for n, mm in zip(reversed(rgba.shape[:2]), reversed(found.mm), strict=True)
    ]
    return MapPicture(np.asarray(cv2.resize(rgba, size, interpolation=cv2.INTER_NEAREST)), top, pixel)


def legend(top: float) -> tuple[tuple[float, str], ...]:
    """Height in [0, 1] on the scale, and what stands there; more than the top has its colour."""
    more = "" if top >= 1 else "≥ "
    return ((0.0, "0 %"), (0.5, f"{50 * top:.3g} %"), (1.0, f"{more}{100 * top:.0f} %"))


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """edges: (n + 1,) HU. shares: (n,) of the airy voxels, in [0, 1]."""

    edges: np.ndarray
    shares: np.ndarray


def bars(found: Detail) -> Bars:
    """The histogram of both lungs in steps of 2 HU."""
    edges = np.arange(LEAST_HU, AIRY_HU + 1, _BAR_HU)
    counts = np.add.reduceat(found.counts, edges[:-1] - LEAST_HU)
    return Bars(edges, counts / max(int(counts.sum()), 1))
