"""Right and left lung apart, by the patient's axes, also where they touch."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.grid import Grid
from lungview.lung.mask import regions
from lungview.lung.mask.morphology import in_slices
from lungview.lung.threads import each

_RIGHT, _LEFT = 1, 2
_BOTH = 0.12  # of a region: each of its halves is at least so much when it holds both lungs
_OFF_CENTRE = 0.12  # of the body's width
_DEEPEST = 4  # of these pairs of pixels are taken off to part them


def sides(lung: np.ndarray, body: np.ndarray, grid: Grid) -> np.ndarray:
    """uint8 (slices, rows, columns): 1 right, 2 left. lung, body: masks, columns to the patient's left."""
    labels, sizes = regions.label(lung)
    middle = _middle(lung, body)
    out = np.zeros_like(lung)
    columns = np.arange(lung.shape[2])
    for k in np.argsort(-sizes[1:]) + 1:
        region = labels == k
        leftish = float(region[:, :, columns >= middle].sum()) / sizes[k]
        if _BOTH < leftish < 1 - _BOTH and sizes[k] * grid.voxel_ml > 50:
            out[region] = _parted(region, middle)[region]
        else:
            out[region] = _LEFT if leftish >= 0.5 else _RIGHT
    return out


def _middle(lung: np.ndarray, body: np.ndarray) -> float:
    """The column between the lungs: where the least lung is, near the body's middle."""
    columns = np.flatnonzero(body.any(axis=(0, 1)))
    centre, reach = (columns[0] + columns[-1]) / 2, _OFF_CENTRE * len(columns)
    inner = slice(round(centre - reach), round(centre + reach) + 1)
    profile = np.convolve(lung.sum(axis=(0, 1), dtype=float), np.ones(5) / 5, "same")[inner]
    return float(inner.start + np.flatnonzero(profile == profile.min()).mean())


def _parted(region: np.ndarray, middle: float) -> np.ndarray:
    """Labels of one region that holds both lungs: seeds after thinning, grown back together.

    The seeds are looked for at every second pixel: what parts the lungs is wider than that, or thinned away.
    """
    mask = region.view(np.uint8)
    half = np.ascontiguousarray(mask[:, ::2, ::2])
    for depth in range(1, _DEEPEST + 1):
        labels, sizes = regions.label(in_slices(half, cv2.MORPH_ERODE, depth))
        sizes[0] = 0
        seeds = _seeds(labels, sizes, middle / 2) if len(sizes) > 2 else None
        if seeds is not None:
            whole = seeds.repeat(2, axis=1).repeat(2, axis=2)[:, : mask.shape[1], : mask.shape[2]]
            return _grown(whole * mask, mask, 2 * depth + 3, middle)
    return _by_column(mask, middle)


def _seeds(labels: np.ndarray, sizes: np.ndarray, middle: float) -> np.ndarray | None:
    """The thinned pieces by side, None while one of the large ones still crosses the middle."""
    out = np.zeros(labels.shape, np.uint8)
    total, got = int(sizes.sum()), [0, 0]
    right = np.bincount(labels[:, :, : round(middle)].reshape(-1), minlength=len(sizes))
    for k in np.flatnonzero(sizes > 0.01 * total):
        share = right[k] / sizes[k]
        if 0.2 < share < 0.8:
            return None
        got[int(share < 0.5)] += int(sizes[k])
    if min(got) < _BOTH * total:
        return None
    names = np.where(right >= 0.5 * np.maximum(sizes, 1), _RIGHT, _LEFT).astype(np.uint8)
    names[0] = 0
    np.take(names, labels, out=out)
    return out


def _grown(seeds: np.ndarray, mask: np.ndarray, rounds: int, middle: float) -> np.ndarray:
    """Both seeds grown in turn within the mask; what they do not reach goes by its column."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    right, left = (seeds == _RIGHT).view(np.uint8), (seeds == _LEFT).view(np.uint8)

    def grow(z: int) -> None:
        for _ in range(rounds):
            right[z] |= cv2.dilate(right[z], kernel) & mask[z] & (left[z] ^ 1)
            left[z] |= cv2.dilate(left[z], kernel) & mask[z] & (right[z] ^ 1)

    each(grow, len(mask))
    out = np.where(right > 0, _RIGHT, np.where(left > 0, _LEFT, 0)).astype(np.uint8)
    rest = (mask > 0) & (out == 0)
    out[rest] = _by_column(mask, middle)[rest]
    return out


def _by_column(mask: np.ndarray, middle: float) -> np.ndarray:
    out = np.where(np.arange(mask.shape[2]) >= middle, _LEFT, _RIGHT).astype(np.uint8)
    return mask * out
