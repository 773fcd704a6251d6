"""The highest places of a score in three dimensions, each with what belongs to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

HALF = 0.5  # of a peak's height: what is at least that high, and connected, is the same finding


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """place: slice, row, column of the maximum; score: there; body: bool, all that belongs to it."""

    place: tuple[int, int, int]
    score: float
    body: np.ndarray


def along_z(score: np.ndarray, spacing_mm: float, sigma_mm: float = 2.5) -> np.ndarray:
    """float32 (slices, rows, columns), smoothed over the slices; a single slice stays as it is."""
    if len(score) < 2:
        return np.asarray(score, np.float32)
    reach = np.arange(-3, 4)
    weights = np.exp(-0.5 * (reach * spacing_mm / sigma_mm) ** 2)
    weights /= weights.sum()
    framed = np.pad(score.astype(np.float32), ((3, 3), (0, 0), (0, 0)), mode="edge")
    parts = (framed[3 + d : 3 + d + len(score)] * np.float32(w) for d, w in zip(reach, weights, strict=True))
    total = np.zeros(score.shape, np.float32)
    for part in parts:
        total += part
    return total


def peaks(score: np.ndarray, least: float, most: int) -> Iterator[Peak]:
    """The highest first, until `most` of them or one below `least`. score: (slices, rows, columns) ≥ 0.

    A place counts that is the highest around it and belongs to no higher peak.
    """
    places = np.argwhere(_summits(score) & (score >= max(least, 1e-6)))
    order = np.argsort(-score[tuple(places.T)], kind="stable")
    free = np.ones(score.shape, bool)
    count = 0
    for z, row, column in places[order].tolist():
        if count == most:
            return
        if not free[z, row, column]:
            continue
        height = float(score[z, row, column])
        body = body_at(score, (z, row, column), free)
        free &= ~body
        count += 1
        yield Peak((z, row, column), height, body)


def body_at(score: np.ndarray, place: tuple[int, int, int], free: np.ndarray | None = None) -> np.ndarray:
    """bool: what is connected with a place, at least half as high, and free where that is asked."""
    high = score >= HALF * float(score[place])
    return _connected(high if free is None else free & high, place)


def extent_mm(body: np.ndarray, pixel_mm: float) -> float:
    """Across a disc as large as a body (slices, rows, columns) is on the slice where it is widest."""
    return 2 * pixel_mm * math.sqrt(float(body.sum(axis=(1, 2)).max(initial=0)) / math.pi)


def moved(peak: Peak, index: int, count: int) -> Peak:
    """A peak found on one slice alone, as slice `index` of `count`."""
    body = np.zeros((count, *peak.body.shape[1:]), bool)
    body[index] = peak.body[0]
    return Peak((index, *peak.place[1:]), peak.score, body)


def _summits(score: np.ndarray) -> np.ndarray:
    """bool: nothing within two pixels, and on the next slices, is higher."""
    window = np.ones((5, 5), np.uint8)
    highest = np.stack([cv2.dilate(plane, window) for plane in score])
    around = highest.copy()
    np.maximum(around[1:], highest[:-1], out=around[1:])
    np.maximum(around[:-1], highest[1:], out=around[:-1])
    return np.asarray(score >= around)


def _connected(mask: np.ndarray, place: tuple[int, int, int]) -> np.ndarray:
    """bool: what is connected with `place`, slice to slice by what lies on each other."""
    body = np.zeros_like(mask)
    z, row, column = place
    body[z] = _piece(mask[z], row, column)
    for step in (1, -1):
        k = z + step
        while 0 <= k < len(mask):
            touching = mask[k] & body[k - step]
            if not touching.any():
                break
            _, labels = cv2.connectedComponents(mask[k].astype(np.uint8))
            body[k] = np.isin(labels, np.unique(labels[touching]))
            k += step
    return body


def _piece(mask: np.ndarray, row: int, column: int) -> np.ndarray:
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    return np.asarray(labels == labels[row, column])
