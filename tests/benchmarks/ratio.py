"""Ratios of times in one run: the machine's speed cancels out, and so does most of what else it is doing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_ratio(peer: Work, ours: Work, rounds: int) -> float:
    """How many times faster ours is: best time against best time, the rounds taken in turn."""
    times = [(seconds(peer), seconds(ours)) for _ in range(rounds)]
    best_peer, best_ours = (min(column) for column in zip(*times, strict=True))
    print(
        f"\n    peer {best_peer * 1e3:.3f} ms, ours {best_ours * 1e3:.3f} ms: {best_peer / best_ours:.2f} ×"
    )
    return best_peer / best_ours


def median_ratio(pairs: Sequence[tuple[Work, Work]]) -> float:
    """How many times faster ours is, by the median of pairs of work done in turn: (peer, ours)."""
    times = [(seconds(peer), seconds(ours)) for peer, ours in pairs]
    found = statistics.median(peer / ours for peer, ours in times)
    whole = [sum(column) for column in zip(*times, strict=True)]
    print(f"\n    peer {whole[0]:.2f} s, ours {whole[1]:.2f} s in all; median {found:.2f} ×")
    return found
