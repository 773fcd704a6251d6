"""Connected regions of a mask in three dimensions: slice by slice, then joined where slices overlap."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.threads import each


def label(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the connected regions (over faces) of a mask (slices, rows, columns) uint8.

    Returns int32 labels of the same shape, 0 where the mask is not, and the voxels of each label, 0 … count.
    """
    labels = np.empty(mask.shape, np.int32)
    areas = [parts(plane, out)[1] for plane, out in zip(mask, labels, strict=True)]
    # The surround of each slice has a number too, until all surrounds become 0.
    bases = np.cumsum([0, *map(len, areas)])
    names = _joined(int(bases[-1]), bases[:-1], *_touching(labels, mask, bases))
    sizes = np.bincount(names, np.concatenate(areas)).astype(np.int64)

    def rename(z: int) -> None:
        labels[z] = names[bases[z] : bases[z + 1]][labels[z]]

    each(rename, len(labels))
    return labels, sizes


def parts(plane: np.ndarray, out: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Number the pieces of a plane (rows, columns) uint8: int32 labels, and the pixels of each, 0 … count.

    OpenCV counts pixels, too, but takes three times as long.
    """
    _, labels = cv2.connectedComponents(plane, out, connectivity=4, ltype=cv2.CV_32S)
    return labels, np.bincount(labels.reshape(-1))


def extents(labels: np.ndarray, count: int) -> list[slice]:
    """The slices that each label 1 … count reaches over, in a stack in which each has a voxel."""
    first, last = np.full(count + 1, len(labels)), np.full(count + 1, -1)
    for z, plane in enumerate(labels):
        here = np.flatnonzero(np.bincount(plane.reshape(-1), minlength=count + 1))
        first[here] = np.minimum(first[here], z)
        last[here] = z
    return [slice(int(a), int(b) + 1) for a, b in zip(first[1:], last[1:], strict=True)]


def _touching(labels: np.ndarray, mask: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of labels that lie one above the other in neighbouring slices, each once.

    labels: of each slice for itself; bases: what is added to them. Looked at is where a pair begins on a row.
    """
    both = (mask[:-1] & mask[1:]) > 0
    both[:, :, 1:] &= ~both[:, :, :-1]
    where = np.flatnonzero(both)
    slices = where // labels[0].size
    below, above = labels[:-1].reshape(-1)[where], labels[1:].reshape(-1)[where]
    pairs = np.unique((bases[slices] + below) << 32 | (bases[slices + 1] + above))
    return pairs >> 32, pairs & 0xFFFFFFFF


def _joined(count: int, surrounds: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(count,) int32: a name for each label, the same for labels that pairs connect; 0 for surrounds."""
    root = np.arange(1, count + 1)
    root[surrounds] = 0
    while True:
        low = np.minimum(root[a], root[b])
        before = root.copy()
        np.minimum.at(root, a, low)
        np.minimum.at(root, b, low)
        root = np.where(root > 0, root[np.maximum(root, 1) - 1], 0)
        if np.array_equal(root, before):
            break
    return np.unique(root, return_inverse=True)[1].astype(np.int32)
