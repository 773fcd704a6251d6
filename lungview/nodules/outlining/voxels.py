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
_ROUNDED = 1e-6  # of a square of float32
_CACHED = 2**16  # voxels at a time: what a processor holds near
_FEW = 2**17  # pixels: regions without a shared side are fewer than 2^16
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
    slices, rows, columns = mask.shape
    deep = np.flatnonzero(mask.reshape(slices, rows * columns).any(axis=1))
    x, y, width, height = cv2.boundingRect(np.any(mask, axis=0).view(np.uint8))
    ends = ((int(deep[0]), int(deep[-1]) + 1), (y, y + height), (x, x + width))
    z, y_, x_ = (
        slice(max(a - m, 0), min(b + m, n)) for (a, b), n, m in zip(ends, mask.shape, more, strict=True)
    )
    return z, y_, x_


def relative(at: Voxel, to: Window) -> Voxel:
    """A voxel of an array as one of array[to]."""
    return at[0] - to[0].start, at[1] - to[1].start, at[2] - to[2].start


def component(mask: np.ndarray, seed: Voxel) -> np.ndarray:
    """The voxels connected with `seed` over faces; none where the seed is not in the mask."""
    made = np.zeros_like(mask)
    if mask[seed]:
        near = window(mask, 0)
        made[near] = _component(mask[near], relative(seed, near))
    return made


def _component(mask: np.ndarray, seed: Voxel) -> np.ndarray:
    """The same of a seed in the mask."""
    sheet = _sheet(mask)
    kind = cv2.CV_16U if sheet.size < _FEW else cv2.CV_32S
    count, found = cv2.connectedComponents(sheet, connectivity=4, ltype=kind)  # within each slice
    regions = _of_sheet(found, mask.shape)
    touching = _touching(sheet.reshape(-1), found.reshape(-1), sheet.size // len(mask))
    reached = _reached(int(regions[seed]), *touching, count)
    return mask if reached[1:].all() else np.asarray(np.take(reached, regions))


def _sheet(mask: np.ndarray) -> np.ndarray:
    """The slices one below the other, an empty row and column before each: one call of OpenCV, not many."""
    slices, rows, columns = mask.shape
    sheet = np.zeros((slices, rows + 1, columns + 1), np.uint8)
    sheet[:, 1:, 1:] = mask
    return sheet.reshape(slices * (rows + 1), columns + 1)


def _of_sheet(sheet: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A view of what was made of a sheet, in the shape of its mask."""
    slices, rows, columns = shape
    return sheet.reshape(slices, rows + 1, columns + 1)[:, 1:, 1:]


def _touching(sheet: np.ndarray, found: np.ndarray, plane: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of regions one above the other, once for each stretch along a row where they are so.

    sheet, found: flat, `plane` pixels a slice.
    """
    both = sheet[:-plane] & sheet[plane:]
    first = np.flatnonzero(np.greater(both[1:], both[:-1])) + 1  # the first pixel is of an empty row
    return found[first], found[first + plane]


def _reached(first: int, one: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """bool by region, 0 to count - 1: those that pairs of touching regions lead to from the first."""
    codes = one * np.int64(count) + other
    # Most are like the one before.
    pairs = {*codes[:1].tolist(), *codes[1:][codes[1:] != codes[:-1]].tolist()}
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for pair in pairs:
        a, b = divmod(pair, count)
        neighbours[a].append(b)
        neighbours[b].append(a)
    reached = bytearray(count)
    reached[first] = True
    waiting = [first]
    while waiting:
        for there in neighbours[waiting.pop()]:
            if not reached[there]:
                reached[there] = True
                waiting.append(there)
    return np.frombuffer(reached, bool)


def depth(mask: np.ndarray, spacing_mm: Millimetres, most_mm: float = math.inf) -> np.ndarray:
    """mm from each voxel to the nearest one outside of the mask, 0 outside; float32.

    The border of the array is no outside. Distances across slices are looked for up to `most_mm`.
    """
    least = _in_slices(mask, pixel_mm(spacing_mm)).reshape(len(mask), -1)
    columns = max(_CACHED // len(mask), 1)
    for first in range(0, least.shape[1], columns):
        part = np.ascontiguousarray(least[:, first : first + columns])
        _look_across(part, spacing_mm[0], most_mm)
        least[:, first : first + columns] = part
    return np.asarray(np.sqrt(least, out=least).reshape(mask.shape))


def _look_across(least: np.ndarray, slice_mm: float, most_mm: float) -> None:
    """Lower mm² to the nearest voxel outside in a slice to those up to `most_mm` away across slices."""
    flat, farther = least.copy(), np.empty_like(least)
    for k in range(1, len(flat)):
        step = np.float32((k * slice_mm) ** 2)
        if step >= min(least.max(), most_mm**2):
            break
        np.add(flat, step, out=farther)
        np.minimum(least[k:], farther[:-k], out=least[k:])
        np.minimum(least[:-k], farther[k:], out=least[:-k])


def _in_slices(mask: np.ndarray, side_mm: float) -> np.ndarray:
    """mm² from each voxel to the nearest one outside in its slice; of a slice that is all inside, _FAR."""
    flat = np.zeros(mask.shape, np.float32)
    full = np.zeros(len(mask), bool)
    for k, plane in enumerate(mask.view(np.uint8)):
        near = _around(plane, 1)  # what is outside there is nearer than all beyond it
        part = plane[near]
        if part.size == plane.size and part.all():
            full[k] = True
        elif part.size:
            flat[k][near] = cv2.distanceTransform(part, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    flat *= side_mm
    np.square(flat, out=flat)
    flat[full] = _FAR
    return flat


def _around(plane: np.ndarray, margin: int) -> tuple[slice, slice]:
    """The smallest box around what is not 0 and a margin where there is any; empty where nothing is."""
    x, y, width, height = cv2.boundingRect(plane)
    if not width:
        return slice(0, 0), slice(0, 0)
    return slice(max(y - margin, 0), y + height + margin), slice(max(x - margin, 0), x + width + margin)


def grown(mask: np.ndarray, by_mm: float, spacing_mm: Millimetres) -> np.ndarray:
    """The mask and all within `by_mm` of it."""
    made = np.zeros_like(mask)
    if mask.any():
        near = window(mask, tuple(math.ceil(by_mm / mm) + 1 for mm in spacing_mm))
        made[near] = _grown(mask[near], by_mm, spacing_mm)
    return made


def _grown(mask: np.ndarray, by_mm: float, spacing_mm: Millimetres) -> np.ndarray:
    """The same of a mask that holds something, by squares in whole pixels: small numbers are fast."""
    pixel, made = spacing_mm[1] * spacing_mm[2], np.zeros_like(mask)
    most = int(by_mm**2 / pixel * (1 + _ROUNDED))
    squares = _squares(mask, most)
    for k in range(min(int(by_mm / spacing_mm[0]) + 1, len(mask))):
        within = squares <= max(int((by_mm**2 - (k * spacing_mm[0]) ** 2) / pixel * (1 + _ROUNDED)), 0)
        made[k:] |= within[: len(mask) - k]
        made[: len(mask) - k] |= within[k:]
    return made


def _squares(mask: np.ndarray, most: int) -> np.ndarray:
    """Pixels squared from each one to the mask in its slice, up to `most`; farther ones have one more."""
    kind = np.min_scalar_type(2 * most + 1)
    by_row = np.where(mask.transpose(1, 0, 2), kind.type(0), kind.type(most + 1))
    by_column = np.ascontiguousarray(_lowered(by_row, most).transpose(2, 1, 0))
    return np.ascontiguousarray(_lowered(by_column, most).transpose(1, 2, 0))


def _lowered(squares: np.ndarray, most: int) -> np.ndarray:
    """The least of each value and of those k places off along the first axis, these with k² more."""
    least, farther = squares.copy(), np.empty_like(squares)
    for k in range(1, min(math.isqrt(most) + 1, len(squares))):
        np.add(squares, squares.dtype.type(k * k), out=farther)
        np.minimum(least[k:], farther[:-k], out=least[k:])
        np.minimum(least[:-k], farther[k:], out=least[:-k])
    return least


def shell(mask: np.ndarray) -> np.ndarray:
    """The voxels outside of the mask that share a face with it."""
    around = _of_sheet(cv2.dilate(_sheet(mask), _CROSS), mask.shape) > 0
    around[1:] |= mask[:-1]
    around[:-1] |= mask[1:]
    return np.asarray(around & ~mask)


def filled(mask: np.ndarray) -> np.ndarray:
    """The mask with the holes of each slice filled."""
    slices, rows, columns = mask.shape
    sheet = np.zeros((slices * (rows + 1) + 1, columns + 2), np.uint8)
    inside = sheet[1:].reshape(slices, rows + 1, columns + 2)[:, :rows, 1:-1]
    inside[:] = mask
    cv2.floodFill(sheet, None, (0, 0), 2, flags=4)  # the surroundings of all slices hang together
    return np.asarray(inside != 2)


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
