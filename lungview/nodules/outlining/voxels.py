"""Masks in three dimensions: what is connected, how deep a voxel lies, growing by millimetres.

A mask is (slices, rows, columns) bool; spacing_mm is of a voxel along z, y, x. In a slice pixels are taken as
square, with the side that keeps their area.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Millimetres, Voxel

_FAR = np.float32(1e8)  # mm², beyond any scan
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def pixel_mm(spacing_mm: Millimetres) -> float:
    """Side of the square pixel with the area of this one."""
    return math.sqrt(spacing_mm[1] * spacing_mm[2])


Window = tuple[slice, slice, slice]


def window(mask: np.ndarray, margin: int | tuple[int, ...] = 1) -> Window:
    """The smallest box around a mask that is not empty, and `margin` voxels more where there are any.

    margin: of all three axes, or of each.
    """
    more = (margin,) * 3 if isinstance(margin, int) else margin
    flat: np.ndarray = np.any(mask, axis=0)
    hits = (np.any(mask, axis=(1, 2)), np.any(flat, axis=1), np.any(flat, axis=0))
    z, y, x = (_side(np.flatnonzero(hit), n, m) for hit, n, m in zip(hits, mask.shape, more, strict=True))
    return z, y, x


def _side(hit: np.ndarray, size: int, margin: int) -> slice:
    return slice(max(int(hit[0]) - margin, 0), min(int(hit[-1]) + 1 + margin, size))


def relative(at: Voxel, to: Window) -> Voxel:
    """A voxel of an array as one of array[to]."""
    return at[0] - to[0].start, at[1] - to[1].start, at[2] - to[2].start


def component(mask: np.ndarray, seed: Voxel) -> np.ndarray:
    """The voxels connected with `seed` over faces; none where the seed is not in the mask."""
    if not mask[seed]:
        return np.zeros_like(mask)
    regions, count = _regions(mask)
    touching = (regions[:-1] > 0) & (regions[1:] > 0)
    codes = regions[:-1][touching].astype(np.int64) * count + regions[1:][touching]
    pairs = np.unique(codes[np.flatnonzero(np.diff(codes, prepend=-1))])  # most repeat the one before
    reached = _reached(int(regions[seed]), pairs // count, pairs % count, count)
    return np.asarray(reached[regions])


def _regions(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """What hangs together within each slice, numbered through the slices from 1; and the next number."""
    slices, rows, columns = mask.shape
    under_another = _sheet(mask)
    count, found = cv2.connectedComponents(under_another, connectivity=4)
    return found.reshape(slices, rows + 1, columns)[:, :rows], count


def _sheet(mask: np.ndarray) -> np.ndarray:
    """The slices one below the other with an empty row after each: one call of OpenCV instead of many."""
    slices, rows, columns = mask.shape
    sheet = np.zeros((slices, rows + 1, columns), np.uint8)
    sheet[:, :rows] = mask
    return sheet.reshape(slices * (rows + 1), columns)


def _reached(first: int, one: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """bool by region: those that pairs of touching regions lead to from the first."""
    neighbours: dict[int, list[int]] = {}
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    reached = np.zeros(count, bool)
    reached[first] = True
    waiting = [first]
    while waiting:
        for there in neighbours.get(waiting.pop(), ()):
            if not reached[there]:
                reached[there] = True
                waiting.append(there)
    return reached


def depth(mask: np.ndarray, spacing_mm: Millimetres, most_mm: float = math.inf) -> np.ndarray:
    """mm from each voxel to the nearest one outside of the mask, 0 outside; float32.

    The border of the array is no outside. Distances across slices are looked for up to `most_mm`.
    """
    side = pixel_mm(spacing_mm)
    flat = np.full(mask.shape, _FAR, np.float32)
    inside = np.count_nonzero(mask, axis=(1, 2))
    flat[inside == 0] = 0
    for k in np.flatnonzero((inside > 0) & (inside < mask[0].size)).tolist():
        within = cv2.distanceTransform(mask[k].view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        flat[k] = (within * side) ** 2
    least, farther = flat.copy(), np.empty_like(flat)
    for k in range(1, len(mask)):
        step = np.float32((k * spacing_mm[0]) ** 2)
        if step >= min(least.max(), most_mm**2):
            break
        np.add(flat, step, out=farther)
        np.minimum(least[k:], farther[:-k], out=least[k:])
        np.minimum(least[:-k], farther[k:], out=least[:-k])
    return np.sqrt(least, out=least)


def grown(mask: np.ndarray, by_mm: float, spacing_mm: Millimetres) -> np.ndarray:
    """The mask and all within `by_mm` of it."""
    made = np.zeros_like(mask)
    if mask.any():
        near = window(mask, tuple(math.ceil(by_mm / mm) + 1 for mm in spacing_mm))
        made[near] = depth(~mask[near], spacing_mm, by_mm + spacing_mm[0]) <= by_mm
    return made


def shell(mask: np.ndarray) -> np.ndarray:
    """The voxels outside of the mask that share a face with it."""
    slices, rows, columns = mask.shape
    around = np.zeros((slices, rows + 1, columns), bool)
    sheet = _sheet(mask)
    cv2.dilate(sheet, _CROSS, dst=around.reshape(sheet.shape).view(np.uint8))
    around = around[:, :rows]
    around[1:] |= mask[:-1]
    around[:-1] |= mask[1:]
    return np.asarray(around & ~mask)


def filled(mask: np.ndarray) -> np.ndarray:
    """The mask with the holes of each slice filled."""
    slices, rows, columns = mask.shape
    sheet = _sheet(mask)
    contours, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(sheet, contours, -1, 1, -1)
    return np.asarray(sheet.reshape(slices, rows + 1, columns)[:, :rows], bool)


def uphill(values: np.ndarray, start: Voxel) -> Voxel:
    """The peak that the steepest way up from `start` leads to."""
    here = start
    while True:
        near = tuple(slice(max(i - 1, 0), i + 2) for i in here)
        offset = np.unravel_index(int(values[near].argmax()), values[near].shape)
        there = (
            near[0].start + int(offset[0]),
            near[1].start + int(offset[1]),
            near[2].start + int(offset[2]),
        )
        if values[there] <= values[here]:
            return here
        here = there


def distance_from(point: tuple[float, float, float], shape: Voxel, spacing_mm: Millimetres) -> np.ndarray:
    """mm of each voxel of an array from a point given in voxels; float32."""
    z, y, x = (
        np.float32(mm) * (np.arange(n, dtype=np.float32) - np.float32(p))
        for n, p, mm in zip(shape, point, spacing_mm, strict=True)
    )
    return np.asarray(np.sqrt(z[:, None, None] ** 2 + y[:, None] ** 2 + x**2))
