"""Connected regions of a mask in three dimensions: slice by slice, then joined where slices overlap."""

from __future__ import annotations

import cv2
import numpy as np


def label(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the connected regions (over faces) of a mask (slices, rows, columns).

    Returns int32 labels of the same shape, 0 where the mask is not, and how many there are.
    """
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    for plane, out in zip(mask.view(np.uint8) if mask.dtype == bool else mask, labels, strict=True):
        found, numbers = cv2.connectedComponents(plane, connectivity=4, ltype=cv2.CV_32S)
        np.add(numbers, count, out=out, where=numbers > 0)
        count += found - 1
    names = _joined(count, *_touching(labels))
    return names[labels], int(names.max())


def sizes(labels: np.ndarray, count: int) -> np.ndarray:
    """Voxels of each label 0 … count."""
    return np.bincount(labels.reshape(-1), minlength=count + 1)


def extents(labels: np.ndarray, count: int) -> list[slice]:
    """The slices that each label 1 … count reaches over."""
    first, last = np.full(count + 1, len(labels)), np.full(count + 1, -1)
    for z, plane in enumerate(labels):
        here = np.flatnonzero(np.bincount(plane.reshape(-1), minlength=count + 1))
        first[here] = np.minimum(first[here], z)
        last[here] = z
    return [slice(int(a), int(b) + 1) for a, b in zip(first[1:], last[1:], strict=True)]


def _touching(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of labels that lie one above the other in neighbouring slices, most repeats left out."""
    below, above = labels[:-1].reshape(-1), labels[1:].reshape(-1)
    where = np.flatnonzero((below > 0) & (above > 0))
    pairs = below[where].astype(np.int64) << 32 | above[where]
    fresh = np.r_[True, pairs[1:] != pairs[:-1]][: len(pairs)]
    pairs = np.unique(pairs[fresh])
    return pairs >> 32, pairs & 0xFFFFFFFF


def _joined(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(count + 1,) int32: a name for each label, the same for labels that pairs connect; 0 stays 0."""
    root = np.arange(count + 1)
    while True:
        low = np.minimum(root[a], root[b])
        before = root.copy()
        np.minimum.at(root, root[a], low)
        np.minimum.at(root, root[b], low)
        root = root[root]
        if np.array_equal(root, before):
            break
    return np.unique(root, return_inverse=True)[1].astype(np.int32)
