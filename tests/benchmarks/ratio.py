"""Ratios of times in one run: the machine's speed cancels out, and so does most of what else it is doing."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from tests.benchmarks import avx2

Work = Callable[[], object]
KEPT = Path(__file__).parents[2] / "build" / "figures.jsonl"


def seconds(work: Work) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_ratio(peer: Work, ours: Work, rounds: int) -> float:
    """How many times faster ours is: best time against best time, the rounds taken in turn."""
    times = [(seconds(peer), seconds(ours)) for _ in range(rounds)]
    best_peer, best_ours = (min(column) for column in zip(*times, strict=True))
    found = best_peer / best_ours
    keep(
        f"peer {best_peer * 1e3:.3f} ms, ours {best_ours * 1e3:.3f} ms",
        found,
        [peer / ours for peer, ours in times],
    )
    return found


def median_ratio(pairs: Sequence[tuple[Work, Work]]) -> float:
    """How many times faster ours is, by the median of pairs of work done in turn: (peer, ours)."""
    times = [(seconds(peer), seconds(ours)) for peer, ours in pairs]
    found = statistics.median(peer / ours for peer, ours in times)
    whole = [sum(column) for column in zip(*times, strict=True)]
    keep(f"peer {whole[0]:.2f} s, ours {whole[1]:.2f} s in all", found, [peer / ours for peer, ours in times])
    return found


def keep(told: str, ratio: float, rounds: Sequence[float], processor: str = "") -> None:
    """Print a figure, and keep it with what it was measured on: `tools/figures` makes a table of them.

    rounds: the ratios whose range is the figure's spread. processor: where it is not this process's own.
    """
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0].partition("benchmarks/")[2]
    line = {
        "test": test,
        "told": told,
        "ratio": round(ratio, 2),
        "spread": [round(min(rounds), 2), round(max(rounds), 2)],
        "processor": processor or avx2.processor(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "date": f"{date.today()}",
    }
    print(f"\n    {told}: {ratio:.2f} × ({min(rounds):.2f} to {max(rounds):.2f}), {line['processor']}")
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
