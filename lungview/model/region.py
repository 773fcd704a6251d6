"""Where the patient is in a picture, and where a nodule is in a box: cheap, for any window."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.errors import InputError

# Finding the body needs no more pixels than this; a 512² slice then takes well under a millisecond.
_WORKING_SIDE = 256
_FRAME = 200  # grey values from here on may be a frame
# How much place counts beside brightness; chosen on every second cube of lidc-cubes, Dice 0.82 on the others.
_PLACE = 0.8


def body_outline(grey: np.ndarray) -> np.ndarray | None:
    """The convex outline of the body in a slice.

    grey: (rows, columns) uint8, bright = dense. Returns (n, 2) float64 of (x, y), slice pixels with (0, 0)
    the outer corner of the first pixel, or None when there is nothing that could be a body.

    0.7 × Otsu keeps skin and fat in any window; an opening cuts table, clothes and wires off; the largest
    piece is the body. Its convex hull also holds lungs that a tight crop laid open. A bright frame around the
    picture is not body.
    """
    top, left, bottom, right = _inside_frame(grey)
    found = _outline(grey[top:bottom, left:right])
    return None if found is None else found + np.array((left, top))


def _inside_frame(grey: np.ndarray) -> tuple[int, int, int, int]:
    """(top, left, bottom, right) of what a bright, even frame encloses; the whole picture without one."""
    whole = (0, 0, *grey.shape)
    if not _even(grey[:1], 1)[0] or grey[0, 0] < _FRAME:
        return whole
    rows = np.flatnonzero(~_even(grey, 1))
    if rows.size < 2:
        return whole
    columns = np.flatnonzero(~_even(grey[rows[0] : rows[-1] + 1], 0))
    if columns.size < 2:
        return whole
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _even(grey: np.ndarray, axis: int) -> np.ndarray:
    return np.asarray((np.ptp(grey, axis=axis) <= 16) & (grey.min(axis=axis) >= _FRAME))


def _outline(grey: np.ndarray) -> np.ndarray | None:
    factor = min(1.0, _WORKING_SIDE / max(grey.shape))
    rows, columns = (max(1, round(n * factor)) for n in grey.shape)
    small = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    threshold, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dense = (small > 0.7 * threshold).astype(np.uint8)
    side = max(3, min(rows, columns) // 40 | 1)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    opened = cv2.morphologyEx(dense, cv2.MORPH_OPEN, brush)
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))[:, 0, :].astype(np.float64)
    if cv2.contourArea(hull.astype(np.float32)) < 0.05 * rows * columns:
        return None
    scale = np.array((grey.shape[1] / columns, grey.shape[0] / rows))
    return np.asarray(_outer_corners(hull, rows, columns) * scale)


def _outer_corners(hull: np.ndarray, rows: int, columns: int) -> np.ndarray:
    # findContours gives pixel centres; the body reaches to those pixels' outer edges.
    corners = np.concatenate([hull + np.array(step) for step in ((0, 0), (0, 1), (1, 0), (1, 1))])
    corners = np.clip(corners, 0.0, (columns, rows))
    return np.asarray(cv2.convexHull(corners.astype(np.float32))[:, 0, :], dtype=np.float64)


def nodule_mask(grey: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The nodule inside a reader's box, (rows, columns) bool.

    grey: uint8, bright = dense; box: top, left, bottom, right, px. A pixel's brightness between the two sides
    of Otsu's threshold speaks for or against it, and so does its place: a reader draws a box around the
    nodule, so its middle is nodule and its corners are not. Of the pieces the one about the middle, filled.
    Raises InputError for a box outside the slice.
    """
    rows, columns = grey.shape
    top, left = max(0, int(np.floor(box[0]))), max(0, int(np.floor(box[1])))
    bottom, right = min(rows, int(np.ceil(box[2]))), min(columns, int(np.ceil(box[3])))
    if bottom - top < 2 or right - left < 2:
        raise InputError(f"the box must cover at least 2 × 2 pixels of the {rows} × {columns} slice")
    inside = np.ascontiguousarray(grey[top:bottom, left:right])
    away = _from_middle(inside.shape)
    speaks = _brightness(inside) + _PLACE * (0.8 - away)
    piece = _central(((speaks > 0) & (away <= 1.35)).astype(np.uint8))
    chosen = piece if piece.sum() >= 4 else away <= 1.0
    mask = np.zeros(grey.shape, dtype=bool)
    mask[top:bottom, left:right] = chosen > 0
    return mask


def _brightness(inside: np.ndarray) -> np.ndarray:
    """(rows, columns) from about -0.5, as dark as the dark side of Otsu's threshold, to 0.5."""
    threshold, _ = cv2.threshold(inside, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark, bright = inside[inside <= threshold], inside[inside > threshold]
    low = float(dark.mean()) if dark.size else 0.0
    high = float(bright.mean()) if bright.size else 255.0
    smooth = cv2.GaussianBlur(inside, (0, 0), 0.6).astype(np.float32)
    return np.asarray((smooth - (low + high) / 2) / max(high - low, 8.0))


def _from_middle(shape: tuple[int, ...]) -> np.ndarray:
    """(rows, columns): squared distance from the middle; 1 on the ellipse that fills the box."""
    y = (np.arange(shape[0]) + 0.5) / shape[0] * 2 - 1
    x = (np.arange(shape[1]) + 0.5) / shape[1] * 2 - 1
    return np.asarray(y[:, None] ** 2 + x[None, :] ** 2)


def _central(mask: np.ndarray) -> np.ndarray:
    # Vessels and pleura that share the box lie at its rim; the nodule lies about its middle.
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count < 2:
        return np.zeros_like(mask)
    middle = (np.array(mask.shape[::-1]) - 1) / 2
    distance = np.hypot(*((centres[1:] - middle) / (middle + 1)).T)
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA] * np.clip(1.5 - distance, 0.05, None)))
    piece = np.asarray(labels == best, dtype=np.uint8)
    contours, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(piece, contours, -1, 1, cv2.FILLED))


def outline_of(mask: np.ndarray) -> np.ndarray:
    """The outer border of a mask of one piece.

    mask: (rows, columns) bool, somewhere true. Returns (n, 2) float64 of (x, y), slice pixels with (0, 0) the
    outer corner of the first pixel; within a quarter of a pixel of the border.
    """
    # findContours joins pixel centres: on a grid twice as fine they lie a quarter of a pixel inside.
    fine = np.kron(mask, np.ones((2, 2), np.uint8)).astype(np.uint8)
    contours, _ = cv2.findContours(fine, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    border = max(contours, key=cv2.contourArea)[:, 0, :]
    return np.asarray((border.astype(np.float64) + 0.5) / 2)
