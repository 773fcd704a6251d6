"""Overlay planes (PS3.3 C.9.2): in elements of their own, or in unused bits of the pixels; never mixed in."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

GROUPS = range(0x6000, 0x6020, 2)


def overlays(
    dataset: Dataset, rows: int, columns: int, frame: int
) -> tuple[tuple[np.ndarray, ...], tuple[str, ...]]:
    """The separate overlay planes of one frame, each packed to bits over the image; and warnings.

    An overlay that is larger than the image, or begins outside it, is cut to it.
    """
    found: tuple[str, ...] = ()
    planes: list[np.ndarray] = []
    for group in GROUPS:
        if (group, 0x3000) not in dataset or not _applies(dataset, group, frame):
            continue
        plane = _plane(dataset, group, frame)
        if plane is None:
            found = (*found, f"the overlay of group {group:04X} holds too few bits; left out")
            continue
        mask, bits = plane
        planes.append(np.packbits(_placed(mask, bits, rows, columns)))
    return tuple(planes), found


def _plane(dataset: Dataset, group: int, frame: int) -> tuple[np.ndarray, tuple[int, int]] | None:
    """The plane's mask and its 0-based origin (row, column); None when it is short or has no size."""
    rows, columns = (_us(dataset, group, element) for element in (0x0010, 0x0011))
    content = dataset[group, 0x3000].value
    if rows < 1 or columns < 1 or not isinstance(content, bytes):
        return None
    count = rows * columns
    first = max(_us(dataset, group, 0x0051), 1) - 1
    skip = (frame - first) * count if (group, 0x0015) in dataset else 0
    if len(content) * 8 < skip + count:
        return None
    bits = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little", count=skip + count)[skip:]
    return bits.reshape(rows, columns), _origin(dataset, group)


def _applies(dataset: Dataset, group: int, frame: int) -> bool:
    """Whether an overlay is of this frame, 0-based (C.9.2): it begins at Image Frame Origin, 1-based.

    One that says neither where it begins nor how many frames it has is of every frame.
    """
    if (group, 0x0015) not in dataset and (group, 0x0051) not in dataset:
        return True
    first = max(_us(dataset, group, 0x0051), 1) - 1
    return first <= frame < first + max(_us(dataset, group, 0x0015), 1)


def _us(dataset: Dataset, group: int, element: int) -> int:
    try:
        return int(dataset[group, element].value)
    except Exception:  # absent or not a number
        return 0


def _origin(dataset: Dataset, group: int) -> tuple[int, int]:
    """(60xx,0050), 1-based in the file; (1, 1) when it is not two numbers."""
    try:
        row, column = (int(v) for v in dataset[group, 0x0050].value)
    except Exception:
        return 0, 0
    return row - 1, column - 1


def _placed(mask: np.ndarray, origin: tuple[int, int], rows: int, columns: int) -> np.ndarray:
    image = np.zeros((rows, columns), np.uint8)
    top, left = origin
    inside = image[max(top, 0) : top + mask.shape[0], max(left, 0) : left + mask.shape[1]]
    cut = mask[max(-top, 0) :, max(-left, 0) :][: inside.shape[0], : inside.shape[1]]
    inside[: cut.shape[0], : cut.shape[1]] = cut
    return image


def embedded_bits(dataset: Dataset, shift: int, bits_stored: int, bits_allocated: int) -> tuple[int, ...]:
    """Bit positions beside the pixel's own that hold an overlay plane (60xx,0102); retired, still found.

    shift: bits of a word below the pixel's own.
    """
    groups = [g for g in GROUPS if (g, 0x0010) in dataset and (g, 0x3000) not in dataset]
    positions = (_us(dataset, g, 0x0102) for g in groups)
    return tuple(p for p in positions if p < bits_allocated and not shift <= p < shift + bits_stored)


def embedded(words: np.ndarray, positions: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """The planes in those bits of the stored words, each packed to bits over the image."""
    return tuple(np.packbits((words >> p & 1).astype(np.uint8)) for p in positions)
