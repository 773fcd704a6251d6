"""How alike two pictures are: pixel digests, thumbnails that correlate, perceptual hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.model.input import see, to_grey
from lungview.training.data import appearance

THUMBNAIL = 48
# Border: outer lines of which no more than _STRAY, a letter's share, is brighter than _DARK (grey value).
# With these two, groups and blocks are those published with the chest CT set, file by file.
_DARK = 12
_STRAY = 0.02
_GREY = Window(-300.0, 1400.0)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is compared of one picture: digest of its pixels, two thumbnails, DCT signs, file facts.

    grain: noise in its soft tissue, once its window is taken out.
    """

    digest: str
    whole: np.ndarray
    trimmed: np.ndarray
    signs: np.ndarray
    facts: tuple[float, ...]
    grain: float


def digest(slice_: Slice) -> str:
    """SHA-256 of pixels and size; a grey picture is the same stored as grey or as colour."""
    values = slice_.values
    if values.ndim == 3 and (values[..., :1] == values).all():
        values = values[..., 0]
    pixels = np.ascontiguousarray(values, dtype=np.float32 if values.ndim == 2 else np.uint8)
    return hashlib.sha256(pixels.tobytes() + str(pixels.shape).encode()).hexdigest()


def picture(slice_: Slice, suffix: str) -> Picture:
    """What is compared of one slice; suffix: of its file, lower case."""
    grey = to_grey(slice_, _GREY) if not slice_.colour else cv2.cvtColor(slice_.values, cv2.COLOR_RGB2GRAY)
    grey = np.asarray(grey, dtype=np.float32)  # downscaled as uint8 it would be rounded
    return Picture(
        digest(slice_),
        _thumbnail(grey),
        _thumbnail(_without_border(grey)),
        _dct_signs(grey),
        (float(grey.shape[0]), float(grey.shape[1]), float(slice_.colour), _number_of(suffix)),
        appearance.tissue_noise(appearance.standard(see(slice_, (320, 320))[0])),
    )


def _number_of(suffix: str) -> float:
    # Tells file formats apart, the same in every run.
    return float(sum(ord(c) * 31**i for i, c in enumerate(suffix)) % 997)


def _thumbnail(grey: np.ndarray) -> np.ndarray:
    """(THUMBNAIL²,) float32, mean 0, length 1: the product of two is their correlation."""
    small = cv2.resize(grey, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    small -= small.mean()
    return np.asarray(small.ravel() / (np.linalg.norm(small) + 1e-6))


def _without_border(grey: np.ndarray) -> np.ndarray:
    bright = grey > _DARK
    rows, columns = (np.flatnonzero(bright.mean(axis=axis) > _STRAY) for axis in (1, 0))
    if len(rows) < 2 or len(columns) < 2:
        return grey
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _dct_signs(grey: np.ndarray) -> np.ndarray:
    """(63,) float32 of 0 and 1: which low frequencies are above their median (a perceptual hash)."""
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA)
    low = np.asarray(cv2.dct(small))[:8, :8].ravel()[1:]
    return np.asarray(low > np.median(low), dtype=np.float32)


def _correlated(pictures: list[Picture], start: int, stop: int) -> np.ndarray:
    # As they are, and with dark borders cut off: the larger counts.
    found = []
    for name in ("whole", "trimmed"):
        all_of = np.stack([getattr(p, name) for p in pictures])
        found.append(all_of[start:stop] @ all_of.T)
    return np.asarray(np.maximum(*found))


def _pairs(pictures: list[Picture], alike: Callable[[int, int, np.ndarray], np.ndarray]) -> np.ndarray:
    """(m, 2) index pairs i < j; in strips, so that memory grows with n and not with n²."""
    found = [np.zeros((0, 2), dtype=np.intp)]
    for start in range(0, len(pictures), 1024):
        stop = min(start + 1024, len(pictures))
        i, j = np.nonzero(alike(start, stop, _correlated(pictures, start, stop)))
        found.append(np.stack([i + start, j], axis=1)[i + start < j])
    return np.concatenate(found)


def correlated_pairs(pictures: list[Picture], least: float) -> np.ndarray:
    """(m, 2) index pairs i < j whose thumbnails correlate above `least`."""
    return _pairs(pictures, lambda _start, _stop, c: c > least)


def hashed_pairs(pictures: list[Picture]) -> np.ndarray:
    """(m, 2) index pairs i < j whose DCT hashes differ in ≤ 2 of 63 bits and that correlate above 0.9."""
    signs = np.stack([p.signs for p in pictures])
    on = signs.sum(axis=1)

    def near(start: int, stop: int, c: np.ndarray) -> np.ndarray:
        differ = on[start:stop, None] + on - 2 * signs[start:stop] @ signs.T
        return np.asarray((differ <= 2) & (c > 0.9))

    return _pairs(pictures, near)


def components(pairs: np.ndarray, n: int) -> np.ndarray:
    """(n,) int: pictures joined by a chain of pairs have one number."""
    parent: list[int] = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs.tolist():
        parent[root(j)] = root(i)
    return np.asarray(np.unique([root(i) for i in range(n)], return_inverse=True)[1])
