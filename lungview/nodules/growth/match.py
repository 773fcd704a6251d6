"""Match: which finding of a prior scan is which of the present one, by their places. Offered, not decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.nodules.growth.registration import Alignment
from lungview.study.space import Vector
from lungview.study.volume import Volume

LIMIT_MM = 15.0  # what an affine map of the lungs leaves of another breath, at the bases
_CLEAR = 2.0  # times as far: the next best one is no rival


@dataclass(frozen=True, slots=True)
class Match:
    """before, now: which findings; one of them None where there is none. distance_mm: after the alignment.

    sure: whether no other finding is near enough to be it.
    """

    before: int | None
    now: int | None
    distance_mm: float | None = None
    sure: bool = True


def match(
    before: Sequence[Vector], now: Sequence[Vector], alignment: Alignment, limit_mm: float = LIMIT_MM
) -> tuple[Match, ...]:
    """Pairs of places, the nearest first, then those without a partner. Places in mm of their own scan.

    One without a partner is new or resolved only where the other scan `covers` its place.
    """
    apart = _distances(before, now, alignment)
    pairs = _pairs(apart, limit_mm)
    matched = [_pair(apart, i, k, limit_mm) for i, k in pairs]
    gone = [Match(i, None) for i in range(len(before)) if i not in {pair[0] for pair in pairs}]
    new = [Match(None, k) for k in range(len(now)) if k not in {pair[1] for pair in pairs}]
    return (*matched, *gone, *new)


def _distances(before: Sequence[Vector], now: Sequence[Vector], alignment: Alignment) -> np.ndarray:
    """(before, now) mm in the present scan."""
    return np.array([[math.dist(alignment.now(a), b) for b in now] for a in before]).reshape(
        len(before), len(now)
    )


def _pairs(apart: np.ndarray, limit_mm: float) -> list[tuple[int, int]]:
    left, pairs = apart.copy(), []
    while left.size and left.min() <= limit_mm:
        i, k = (int(n) for n in np.unravel_index(int(left.argmin()), left.shape))
        pairs.append((i, k))
        left[i, :] = left[:, k] = np.inf
    return pairs


def _pair(apart: np.ndarray, i: int, k: int, limit_mm: float) -> Match:
    own = float(apart[i, k])
    rivals = np.concatenate([np.delete(apart[i], k), np.delete(apart[:, k], i)])
    sure = not (rivals <= min(limit_mm, max(_CLEAR * own, 5.0))).any()
    return Match(i, k, own, sure)


def covers(volume: Volume, place_mm: Vector, margin_mm: float = 0.0) -> bool:
    """Whether a scan reaches a place, and margin_mm around it."""
    at = volume.index(place_mm)
    margin = margin_mm / np.array(volume.spacing_mm)
    return bool((at >= margin).all() and (at <= np.array(volume.shape) - 1 - margin).all())
