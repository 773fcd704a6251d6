"""A picture of any size through a network of one size: overlapping tiles, their maps put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

# float32 (rows, columns, 3) in [0, 1] to float32 (rows / 2, columns / 2, heads) in [0, 1].
Maps = Callable[[np.ndarray], np.ndarray]

TILE = (192, 256)  # rows, columns of the network's input
STRIDE = 2  # pixels of the picture a pixel of the maps
_OVERLAP = 32  # of neighbouring tiles, px: what is near a border is judged by the tile that sees around it


def maps(picture: np.ndarray, wanted: np.ndarray, network: Maps, heads: int = 3) -> np.ndarray:
    """float32 (rows / 2, columns / 2, heads) of a picture (rows, columns, 3) with even sides.

    wanted: bool (rows / 2, columns / 2); a tile without any is not asked, its maps are 0.
    """
    rows, columns = picture.shape[0] // STRIDE, picture.shape[1] // STRIDE
    answer = np.zeros((rows, columns, heads), np.float32)
    for top, first, last in _spans(picture.shape[0], TILE[0]):
        for left, begin, end in _spans(picture.shape[1], TILE[1]):
            own = slice(first // STRIDE, last // STRIDE), slice(begin // STRIDE, end // STRIDE)
            if wanted[own].any():
                found = network(_tile(picture, top, left))
                answer[own] = found[
                    (first - top) // STRIDE : (last - top) // STRIDE,
                    (begin - left) // STRIDE : (end - left) // STRIDE,
                ]
    return answer


def _spans(length: int, tile: int) -> Iterator[tuple[int, int, int]]:
    """For each tile along a side: where it starts, and the pixels it answers for."""
    count = 1 if length <= tile else -(-(length - _OVERLAP) // (tile - _OVERLAP))
    starts = [2 * round(k * (length - tile) / max(count - 1, 1) / 2) for k in range(count)]
    cuts = [0, *(2 * ((a + tile + b) // 4) for a, b in pairwise(starts)), length]
    return zip(starts, cuts, cuts[1:], strict=False)


def _tile(picture: np.ndarray, top: int, left: int) -> np.ndarray:
    tile = np.zeros((*TILE, picture.shape[2]), np.float32)  # air beyond the picture
    part = picture[max(top, 0) : top + TILE[0], max(left, 0) : left + TILE[1]]
    tile[: part.shape[0], : part.shape[1]] = part
    return tile
